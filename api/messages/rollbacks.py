"""Messages about files of visit records that are taken back, and about the rows that are in the way."""

from api.messages import Message, Text

_TOWNSHIP_ZH, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"


def _refusal(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 409, Text(zh, zh_fix, _TOWNSHIP_ZH), Text(en, en_fix, _TOWNSHIP_EN))


def _in_the_way(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    zh, en = "{sheet}第{row}行" + zh, "{sheet} row {row}: " + en
    return Message(code, 0, Text(zh, zh_fix, _TOWNSHIP_ZH), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES = (
    _refusal(
        "rollback_too_late",
        "导入已超过 {hours} 小时，不能整份撤回",
        "请逐条更正或作废有误的记录",
        "the file was taken in more than {hours} hours ago",
        "amend or void the wrong records one by one",
    ),
    _refusal(
        "import_superseded",
        "这份文件已被后来的文件更正",
        "请先撤回后来的文件",
        "a later file corrects this one",
        "take the later file back first",
    ),
    _refusal(
        "import_touched",
        "有 {count} 行导入后已有人处理或改动，整份未撤回",
        "请看所列各行，逐条更正或作废有误的记录",
        "somebody acted on or changed {count} rows since; nothing was taken back",
        "see the rows listed; amend or void the wrong records one by one",
    ),
    Message(
        "rollback_stopped",
        0,
        Text("多次尝试后仍未能撤回完，已撤回的记录不再恢复", "请再次撤回这份文件，会从停下的地方继续", _TOWNSHIP_ZH),
        Text(
            "the file could not be taken back to its end after several attempts; what was taken back stays so",
            "take the file back once more; it goes on where it stopped",
            _TOWNSHIP_EN,
        ),
    ),
    _in_the_way(
        "row_changed_since",
        "的记录导入后已改动",
        "请单独更正或作废这条记录",
        "the record was changed since",
        "amend or void this record by itself",
    ),
    _in_the_way(
        "row_acted_on",
        "的记录引出的事项已有人处理",
        "请单独更正或作废这条记录",
        "somebody acted on what the record opened",
        "amend or void this record by itself",
    ),
    _in_the_way(
        "row_decided_since",
        "的待认定记录已由乡镇处理",
        "请单独更正或作废这条记录",
        "the township decided on the held record",
        "amend or void this record by itself",
    ),
    _in_the_way(
        "row_out_of_sight",
        "的记录已不在本辖区",
        "请与老年人现居地乡镇联系",
        "the record is not in your area any more",
        "ask the township where the elder lives now",
    ),
    _in_the_way(
        "row_not_restorable",
        "的记录不能恢复为原来的内容",
        "请单独更正或作废这条记录",
        "the record cannot say again what it said before",
        "amend or void this record by itself",
    ),
)
