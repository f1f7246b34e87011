"""Messages: the half-yearly review."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"

MESSAGES: tuple[Message, ...] = (
    Message(
        "changes_without_change",
        422,
        Text("填写了变更内容，结果却不是“有变化”", "请删除变更内容，或将结果改为有变化", _TOWNSHIP),
        Text("changes are sent, but the result says otherwise", "leave changes out, or say changed", _TOWNSHIP_EN),
    ),
    Message(
        "review_has_changes",
        409,
        Text("村（居）上报有变化，不能按无变化批量确认", "请逐件核对变更内容后审核", _TOWNSHIP),
        Text("the village found changes", "look at them and sign this one by itself", _TOWNSHIP_EN),
    ),
    Message(
        "review_outdated",
        409,
        Text("上报之后台账已有变动：{fields}", "请退回村（居）重新核对", _TOWNSHIP),
        Text("the file changed since it was submitted: {fields}", "return it to the village", _TOWNSHIP_EN),
    ),
)
