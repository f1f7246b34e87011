"""Messages: closing a month."""

from api.messages import Message, Text

_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"

MESSAGES: tuple[Message, ...] = (
    Message(
        "month_still_running",
        409,
        Text("该月尚未结束，不能封账", "请在月末之后封账", _DISTRICT),
        Text("the month has not ended yet", "close it after its last day", _DISTRICT_EN),
    ),
    Message(
        "month_not_tracked",
        422,
        Text("该月早于应访起算日，没有可封账的数据", "请核对月份", _DISTRICT),
        Text("nothing was owed anywhere in that month yet", "check the month", _DISTRICT_EN),
    ),
)
