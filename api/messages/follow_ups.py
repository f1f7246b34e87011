"""Messages: who follows up, and when a case may be closed."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"

MESSAGES: tuple[Message, ...] = (
    Message(
        "follow_up_by_another",
        403,
        Text("回访应由本乡镇（街道）未经办此事的人员完成", "请转交本乡镇（街道）其他指导员回访", _TOWNSHIP),
        Text(
            "somebody of the township who did not do the work follows up",
            "leave it to another instructor of the township",
            _TOWNSHIP_EN,
        ),
    ),
    Message(
        "follow_up_required",
        409,
        Text("尚未回访，或回访结果不是已解决", "请先回访，确认已解决后再办结", _TOWNSHIP),
        Text(
            "nobody has heard yet that it helped",
            "follow up first, and close when it has helped",
            _TOWNSHIP_EN,
        ),
    ),
    Message(
        "followed_up_too_early",
        422,
        Text("回访时间早于处置完成时间", "请核对回访时间", _TOWNSHIP),
        Text("it lies before the work was done", "check when somebody asked", _TOWNSHIP_EN),
    ),
)
