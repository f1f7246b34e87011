"""Messages: divisions that a district adds, versions of its policy."""

from api.messages import Message, Text

_ZH, _EN = "县级督导员", "the district's supervisor"


def _message(code: str, status: int, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, status, Text(zh, zh_fix, _ZH), Text(en, en_fix, _EN))


MESSAGES: tuple[Message, ...] = (
    _message(
        "division_exists",
        409,
        "该区划代码已存在",
        "请核对代码，或直接使用已有区划",
        "there is a division with this code",
        "check the code, or use the division there is",
    ),
    _message(
        "division_parent_unknown",
        422,
        "代码前几位不属于本区任何乡镇（街道）",
        "请核对代码；村居代码以乡镇代码开头",
        "the code begins with no unit of your district",
        "check the code; a village's begins with its township's",
    ),
    _message(
        "division_name_taken",
        422,
        "同一上级区划下已有这个名称",
        "请换一个名称，或使用已有区划",
        "the unit around it has a division of this name",
        "choose another name, or use the division there is",
    ),
    _message(
        "division_unknown",
        422,
        "您的辖区内没有这个区划代码",
        "请在区划表中核对代码",
        "your area has no division with this code",
        "check the code in the list of divisions",
    ),
    _message(
        "policy_changes_the_past",
        422,
        "新规则不能改变已经开始统计的月份",
        "请把生效日期改为 {earliest} 或以后",
        "a version must not change months that are counted already",
        "let it begin on {earliest} or later",
    ),
    _message(
        "visits_exceed_days",
        422,
        "每期次数超过该周期可计的天数",
        "请把次数改为 {most} 次以内",
        "more visits in a period than it has days that count",
        "ask for at most {most}",
    ),
)
