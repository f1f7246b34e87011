"""Messages: visit records, what is wrong with one and why one is to be looked at twice."""

from api.messages import Message, Text

_TOWNSHIP = "乡镇（街道）指导员"
_TOWNSHIP_EN = "the township's instructor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


def _flag(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 0, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    # who
    _fault(
        "reference_missing",
        "没有写明是谁",
        "请从这些方式中填写一种：{allowed}",
        "it does not say who is meant",
        "send one of: {allowed}",
    ),
    _fault(
        "reference_ambiguous",
        "同时用了几种方式指明同一个人",
        "请只保留其中一种：{allowed}",
        "it names one person in several ways",
        "keep only one of: {allowed}",
    ),
    _fault(
        "short_no_check",
        "探访编号校验不符",
        "请对照台账核对8位探访编号",
        "the short number does not pass its check digit",
        "compare the 8 digits with the register",
    ),
    # when
    _fault(
        "time_given_twice",
        "既写了开始时间，又写了日期或“时间不详”",
        "请只填开始时间，或只填日期并注明时间不详",
        "it has a start and also a date or an unknown time",
        "send started_at alone, or visited_on with time_unknown",
    ),
    _fault(
        "time_unknown_needed",
        "只写了日期，没有说明时间不详",
        "请补填开始时间，或注明时间不详",
        "it has a date but does not say that the time is unknown",
        "send started_at, or add time_unknown: true",
    ),
    _fault(
        "ended_without_start",
        "有结束时间，没有开始时间",
        "请补填开始时间，或删去结束时间",
        "it has an end but no start",
        "add started_at, or remove ended_at",
    ),
    _fault(
        "time_order",
        "结束时间不晚于开始时间",
        "请核对开始时间和结束时间",
        "the end is not after the start",
        "check both times",
    ),
    _fault(
        "visit_too_long",
        "一次探访超过 {hours} 小时",
        "请核对开始时间和结束时间",
        "the visit lasts more than {hours} hours",
        "check both times",
    ),
    _fault(
        "time_in_future",
        "时间晚于现在超过 {minutes} 分钟",
        "请核对日期时间和设备时钟",
        "the time lies more than {minutes} minutes ahead",
        "check the time and the device's clock",
    ),
    # what
    _fault(
        "signature_needed",
        "上门探访需要签字，不能填“不适用”",
        "请填签字、指印、代签、无法签字或纸质存档",
        "a home visit needs a signature; not_applicable is none",
        "send signed, thumbprint, proxy, unable or paper_on_file",
    ),
    _flag(
        "reminder_unknown",
        "记为不安全，但没有写明是否已提醒消除隐患",
        "请补报隐患，写明是否提醒、提醒了谁",
        "marked unsafe without saying whether anybody was reminded",
        "send the hazard: was a reminder given, and to whom",
    ),
    # looked at twice
    _flag(
        "late_entry",
        "探访后第 {days} 天才录入，或录入时该月已结账",
        "请探访后尽早录入；记录已照常保存",
        "entered {days} days after the visit, or after its month was closed",
        "enter visits sooner; the record is kept as usual",
    ),
    _flag(
        "name_differs",
        "填报的姓名与台账姓名不一致",
        "请核对是否为同一人，必要时更正",
        "the name sent differs from the register's",
        "check that it is the same person, amend if not",
    ),
    _flag(
        "matched_by_name",
        "只凭村（居）和姓名找到此人",
        "请核对是否为本人，以后请填探访编号",
        "found by village and name alone",
        "check the person, and send the short number next time",
    ),
    _flag(
        "probable_duplicate",
        "同一人员当天对同一老人已有另一来源的记录",
        "请核对是否重复填报，只计其中一次",
        "the same worker already has a record of this elder and day from another source",
        "check whether it is one visit; one of them is counted",
    ),
    _flag(
        "observed_without_meeting",
        "未见到老人，却填了观察情况",
        "请核对探访结果；所填内容只留存不采用",
        "nobody was met, yet observations were sent",
        "check the outcome; what was sent is kept but not used",
    ),
    _flag(
        "visit_after_death",
        "探访日期在台账登记的去世日期之后",
        "请核对去世日期和探访日期",
        "the visit lies after the registered day of death",
        "check the day of death and the day of the visit",
    ),
)
