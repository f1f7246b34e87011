"""Messages: erasing a person."""

from api.messages import Message, Text

MESSAGES: tuple[Message, ...] = (
    Message(
        "erasure_too_early",
        409,
        Text("退出未满{months}个月，保存期限尚未届满", "请等期限届满，或选择其他删除事由", "县级督导员"),
        Text(
            "fewer than {months} months have passed since the elder left",
            "wait until they have, or name another ground",
            "the district's supervisor",
        ),
    ),
)
