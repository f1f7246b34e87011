"""Files in: what offices and providers keep in Excel, CSV or JSON lines, read into records of wire shape."""

from api.domain.errors import Fault
from api.messages import Language, spoken


def sentence(row: int, heading: str, fault: Fault, language: Language = Language.ZH) -> str:
    """What is wrong with one cell and what to do about it, as an official reads it.

    第57行 身份证号：末位校验不符，请对照身份证更正
    """
    words = spoken(fault.code, fault.params, language)
    if language is Language.ZH:
        where, colon, joint = f"第{row}行 {heading}".rstrip(), "：", "，"
    else:
        where, colon, joint = f"Row {row} {heading}".rstrip(), ": ", "; "
    return where + colon + joint.join(filter(None, (words.detail, words.fix)))
