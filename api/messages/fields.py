"""Messages: what is wrong with a field, whatever record it belongs to."""

from api.messages import Message, Text

_INTEGRATOR = "系统对接人员"
_INTEGRATOR_EN = "whoever connects your system"


def _field(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _INTEGRATOR), Text(en, en_fix, _INTEGRATOR_EN))


MESSAGES: tuple[Message, ...] = (
    _field(
        "field_missing",
        "缺少必填项",
        "请补填该项后重新提交",
        "a required field is missing",
        "send this field too",
    ),
    _field(
        "field_unknown",
        "有接口文档中没有的字段",
        "请删除该字段，或按接口文档更正字段名",
        "there is a field that the interface does not know",
        "remove it, or spell it as the interface document does",
    ),
    _field(
        "value_type",
        "数据类型不符，应为 {expected}",
        "请按接口文档的数据类型填写",
        "the value has the wrong type; expected: {expected}",
        "send the type that the interface document names",
    ),
    _field(
        "value_format",
        "格式不符",
        "请按接口文档规定的格式填写",
        "the value is not in the expected format",
        "write it as the interface document says",
    ),
    _field(
        "value_too_long",
        "内容过长，最多 {max}",
        "请删减后重新提交",
        "too long; at most {max}",
        "shorten it and send it again",
    ),
    _field(
        "value_too_short",
        "内容过短，至少 {min}",
        "请补充完整；没有内容时不要填此项",
        "too short; at least {min}",
        "complete it, or leave the field out",
    ),
    _field(
        "value_not_listed",
        "不在可选值之内，可选：{allowed}",
        "请改填列出的可选值之一",
        "not one of the values to choose from: {allowed}",
        "send one of the listed values",
    ),
    _field(
        "value_out_of_range",
        "数值超出允许范围（{limit}）",
        "请核对并填写范围内的数值",
        "outside the allowed range ({limit})",
        "check it and send a value within the range",
    ),
    _field(
        "text_not_allowed",
        "文字中有不能使用的控制字符",
        "请删除不可见的控制字符后重新填写",
        "the text holds control characters",
        "remove the invisible characters",
    ),
    _field(
        "name_has_digits",
        "姓名中不能有数字",
        "请只填写姓名本身",
        "a name holds no digits",
        "send the name alone",
    ),
    _field(
        "date_format",
        "日期格式不符，应为年-月-日，如 2026-10-05",
        "请按“年-月-日”填写实际存在的日期",
        "not a date; written like 2026-10-05",
        "send an existing day as YYYY-MM-DD",
    ),
    _field(
        "instant_format",
        "时间格式不符，应如 2026-10-05T09:30:00+08:00",
        "请按示例格式填写日期、时间和时区",
        "not an instant; written like 2026-10-05T09:30:00+08:00",
        "send date, time and offset as RFC 3339 writes them",
    ),
    _field(
        "instant_needs_offset",
        "时间没有写明时区",
        "请在时间后加上时区，如 +08:00",
        "the instant has no offset",
        "add the offset, such as +08:00",
    ),
)
