"""Messages: safety hazards."""

from api.messages import Message, Text

_VILLAGE, _VILLAGE_EN = "村（居）联络员", "the village's liaison"

MESSAGES: tuple[Message, ...] = (
    Message(
        "before_hazard_was_seen",
        422,
        Text("时间早于发现该隐患的日期", "请核对时间，不能早于发现隐患之日", _VILLAGE),
        Text("it lies before the hazard was seen", "check it; send a day on or after that", _VILLAGE_EN),
    ),
)
