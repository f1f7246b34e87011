"""Messages about taking records in: who is meant, which version, what stands in the way."""

from api.messages import Message, Text

_TOWNSHIP = ("乡镇指导员", "the township instructor")


def _message(code: str, status: int, zh: tuple[str, str], en: tuple[str, str]) -> Message:
    return Message(code, status, Text(*zh, _TOWNSHIP[0]), Text(*en, _TOWNSHIP[1]))


MESSAGES: tuple[Message, ...] = (
    _message(
        "elder_unknown",
        422,
        ("台账中没有找到这位老人，或不在您的管辖范围内", "请核对身份证号或探访编号"),
        ("no such elder on the roll within your area", "check the ID number or the short number"),
    ),
    _message(
        "worker_unknown",
        422,
        ("没有找到这名服务人员", "请核对人员编号，或改填姓名和类别"),
        ("no such worker of this sender", "check the id, or send name and kind"),
    ),
    _message(
        "duplicate_in_batch",
        422,
        ("与本批第 {first} 条编号相同", "请删除重复的一条"),
        ("the same external_id as record {first} of this request", "remove one of the two"),
    ),
    _message(
        "stale_version",
        409,
        ("同一编号已有不同内容，版本号没有提高", "更正时请提高 external_version"),
        ("this external_id is stored with other content", "raise external_version to correct it"),
    ),
    _message(
        "visit_voided",
        409,
        ("这条记录已作废或撤回", "请用新的编号另行填报"),
        ("this record was voided or withdrawn", "send a new record with a new external_id"),
    ),
    _message(
        "external_id_taken",
        409,
        ("这个记录编号已被使用", "请换一个编号重新提交"),
        ("this external_id is taken", "send it with another external_id"),
    ),
    _message(
        "batch_refused",
        422,
        ("同批有记录不合格，按“全部或全不”未受理", "请更正不合格的记录后整批重发"),
        ("others in this all-or-nothing request were refused", "correct those and send all again"),
    ),
)
