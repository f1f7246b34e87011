"""Messages: where an elder is whom nobody met; reviews after a death."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"

MESSAGES: tuple[Message, ...] = (
    Message(
        "told_before_search",
        422,
        Text("得知去向的时间早于上门未遇的时间", "请填写上门未遇之后得知的去向和时间", _TOWNSHIP),
        Text("it was told before the search in vain", "send what was learnt after the search, and when", _TOWNSHIP_EN),
    ),
    Message(
        "record_not_in_review",
        422,
        Text("这条探访记录不在本次核查之列", "请只对核查列出的记录作出认定", _DISTRICT),
        Text("this record is not in question here", "name only the records that the review lists", _DISTRICT_EN),
    ),
    Message(
        "record_named_twice",
        422,
        Text("同一条探访记录认定了两次", "请每条记录只认定一次", _DISTRICT),
        Text("this record is named twice", "name every record once", _DISTRICT_EN),
    ),
    Message(
        "record_without_word",
        422,
        Text("还有记录没有认定是否计数", "请对核查列出的每条记录作出认定", _DISTRICT),
        Text("some record in question was passed over", "say of every listed record whether it counts", _DISTRICT_EN),
    ),
)
