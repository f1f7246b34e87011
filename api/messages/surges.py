"""Messages: extra visits, stand-downs, weather warnings, festivals."""

from api.messages import Message, Text

_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _message(code: str, status: int, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, status, Text(zh, zh_fix, _DISTRICT), Text(en, en_fix, _DISTRICT_EN))


MESSAGES: tuple[Message, ...] = (
    _message(
        "window_or_festival",
        422,
        "起止日期与节日、年份须填且只填一组",
        "请填写起止日期，或填写节日和年份",
        "either a first and a last day, or a festival and its year",
        "send starts_on and ends_on, or festival and year",
    ),
    _message(
        "window_too_long",
        422,
        "时段超过 {days} 天",
        "请分段填写，每段不超过 {days} 天",
        "longer than {days} days",
        "send parts of at most {days} days each",
    ),
    _message(
        "window_over",
        422,
        "时段已经过去",
        "请核对日期，填写今天或以后结束的时段",
        "the days are over",
        "check the days; a surge is for days to come",
    ),
    _message(
        "festival_of_a_stand_down",
        422,
        "节日用于加密探访，不用于暂停上门",
        "请改填起止日期",
        "a festival is a reason for more visits, not for a stand-down",
        "send starts_on and ends_on instead",
    ),
    _message(
        "tiers_of_a_stand_down",
        422,
        "暂停上门不分对象等级",
        "请删除对象等级",
        "a stand-down is for everybody",
        "leave tiers out",
    ),
    _message(
        "festival_not_kept",
        409,
        "本区已停用该节日的加密探访",
        "请先在节日表中启用该节日",
        "the district has switched this festival off",
        "switch it on in the table of festivals first",
    ),
    _message(
        "signal_code_unknown",
        422,
        "该类预警没有这种颜色",
        "请核对预警代码的后两位",
        "no warning of this kind has such a colour",
        "check the last two digits of the code",
    ),
    _message(
        "signal_colour_differs",
        422,
        "预警颜色与代码不一致",
        "请核对预警颜色和代码",
        "the colour is not that of the code",
        "check the colour and the code",
    ),
)
