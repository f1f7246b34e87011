"""Messages: categories, abilities, and what is needed to be on the roll."""

from api.messages import Message, Text

_TOWNSHIP = "乡镇（街道）指导员"
_TOWNSHIP_EN = "the township's instructor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    _fault(
        "declared_category_contradicted",
        "“{category}”与已填写的{facts}不符",
        "请核实后更正对象类型或该项情况",
        "the category “{category}” is denied by what is stated on: {facts}",
        "verify, then correct the category or that fact",
    ),
    _fault(
        "no_category",
        "不属于七类特殊困难老年人中的任何一类",
        "请补充情况，或写明理由手工纳入",
        "none of the seven categories applies",
        "add the facts, or include the elder by hand with a reason",
    ),
    _fault(
        "ability_score_range",
        "能力评估总分应为0至90分",
        "请对照评估报告填写总分",
        "the total of an assessment lies between 0 and 90",
        "enter the total of the assessment report",
    ),
)
