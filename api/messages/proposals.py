"""Messages: changes proposed to the township, moves, merged files, numbers that two files claim."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _township(code: str, status: int, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, status, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


def _district(code: str, status: int, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, status, Text(zh, zh_fix, _DISTRICT), Text(en, en_fix, _DISTRICT_EN))


MESSAGES: tuple[Message, ...] = (
    _township(
        "proposal_outdated",
        409,
        "提出建议之后，台账中这些内容已被改过：{fields}",
        "请核对现在的内容，确需采纳时选择仍然采纳",
        "the register was changed since this was proposed: {fields}",
        "look at what it says now; accept with force if the proposal still holds",
    ),
    _township(
        "proposal_of_another",
        403,
        "这条建议由别人提出，不能撤回",
        "请由提出的人撤回，或由乡镇决定",
        "somebody else proposed this",
        "have its proposer take it back, or let the township decide",
    ),
    _township(
        "proposal_of_office",
        422,
        "服务力量不能提出此类变更",
        "请把情况告诉村（居）联络员",
        "a provider does not propose changes of this kind",
        "tell the village's liaison",
    ),
    _township(
        "field_of_another_kind",
        422,
        "这一项不属于此类变更",
        "请改用“台账信息更正”提出",
        "this field is not what proposals of the kind are about",
        "propose a correction instead",
    ),
    _township(
        "transfer_by_receiver",
        403,
        "已交接给迁入地乡镇（街道），由对方确认",
        "请联系迁入地乡镇（街道）确认接收",
        "the move is handed over and is now for the receiving township",
        "have the receiving township accept it",
    ),
    _township(
        "merge_with_itself",
        422,
        "保留的和合并的是同一份台账",
        "请选择两份不同的台账",
        "both are the same file",
        "name two different files",
    ),
    _township(
        "merge_keeps_the_one_on_duty",
        409,
        "要合并掉的台账在册应访，保留的台账不在册",
        "请改为保留在册应访的那一份",
        "the file to be dropped is on duty and the one to be kept is not",
        "keep the one on duty",
    ),
    _district(
        "merge_numbers_differ",
        409,
        "两份台账的身份证号码不一致，可能不是同一人",
        "请核对证件后由县级督导员确认合并",
        "the two files have different ID numbers and may be two people",
        "check the papers; the district merges with numbers_checked",
    ),
    _district(
        "merge_by_district",
        403,
        "身份证号码不一致的台账由县级合并",
        "请报县级督导员核对后合并",
        "files with different numbers are merged by the district",
        "have the district check and merge them",
    ),
    _township(
        "identity_free",
        409,
        "该号码没有登记在其他台账中",
        "请直接在台账中登记号码",
        "no other file has this number",
        "enter the number in the file",
    ),
    _district(
        "identity_conflict_by_district",
        403,
        "涉及本地区以外的台账，由县级核定",
        "请等待县级督导员核定",
        "one of the files lies outside your area",
        "the district will settle it",
    ),
)
