"""Messages: visit records, what is wrong with one and why one is to be looked at twice."""

from api.messages import Message, Text

_TOWNSHIP = "乡镇（街道）指导员"
_TOWNSHIP_EN = "the township's instructor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


def _flag(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 0, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


def _refusal(code: str, status: int, zh: tuple[str, str, str], en: tuple[str, str, str]) -> Message:
    return Message(code, status, Text(*zh), Text(*en))


def _reason(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    """Why a visit meets no obligation: a sentence for ``NotCounted``."""
    return _flag(f"not_counted_{code}", zh, zh_fix, en, en_fix)


_SUPERVISOR = "县级督导员"
_SUPERVISOR_EN = "the district supervisor"

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
    # what may be done to a record
    _refusal(
        "own_record",
        403,
        ("这是您本人填报的记录", "请由其他督导员或指导员处理", _TOWNSHIP),
        ("this record is your own", "let another instructor or supervisor decide", _TOWNSHIP_EN),
    ),
    _refusal(
        "not_own_record",
        403,
        ("这不是您填报的记录", "请由填报人更正或撤回，或予以退回", "填报人"),
        ("this record is somebody else's", "let its author do it, or return it", "its author"),
    ),
    _refusal(
        "supervisor_decides",
        403,
        ("事件核查中的记录由县级督导员认定", "请报县级督导员认定", _SUPERVISOR),
        ("a record under incident review is the supervisor's to decide", "ask the supervisor", _SUPERVISOR_EN),
    ),
    _refusal(
        "withdraw_too_late",
        409,
        ("受理已超过 {hours} 小时，不能撤回", "请更正记录，或申请作废", _TOWNSHIP),
        ("it was received more than {hours} hours ago", "amend it, or ask for it to be voided", _TOWNSHIP_EN),
    ),
    _refusal(
        "already_acted_on",
        409,
        ("记录引出的事项已有人处理，不能撤回", "请更正记录，或申请作废", _TOWNSHIP),
        ("somebody has acted on what it opened", "amend it, or ask for it to be voided", _TOWNSHIP_EN),
    ),
    _refusal(
        "refusal_not_by_elder",
        409,
        ("记录未写明由老人本人当面拒绝", "请先由填报人更正拒访情况", "填报人"),
        ("it does not say that the elder himself refused in person", "have the record amended first", "its author"),
    ),
    _refusal(
        "external_id_fixed",
        422,
        ("更正不能改变记录编号", "请删去 external_id，或填原编号", "填报人"),
        ("an amendment cannot change the external_id", "leave it out, or send the same", "its author"),
    ),
    _refusal(
        "elder_uncertain",
        422,
        ("不能确定是哪一位老人", "请填探访编号或身份证号", _TOWNSHIP),
        ("it is not certain which elder is meant", "send the short number or the ID number", _TOWNSHIP_EN),
    ),
    _refusal(
        "held_dismissed",
        409,
        ("这条记录已被乡镇认定为不予受理", "请核对老人身份后用新编号重报", _TOWNSHIP),
        ("the township dismissed this record", "check the person, send it under a new external_id", _TOWNSHIP_EN),
    ),
    # why a visit meets no obligation
    _reason(
        "voided",
        "记录已作废",
        "如有异议，请联系乡镇重新填报",
        "the record was voided",
        "send a new record if that is wrong",
    ),
    _reason(
        "withdrawn", "记录已由填报人撤回", "需要时请另行填报", "its author withdrew it", "send a new record if needed"
    ),
    _reason(
        "returned",
        "记录已退回，更正前不计",
        "请按退回原因更正记录",
        "it was returned and does not count until amended",
        "amend it as the reason says",
    ),
    _reason(
        "worker_related",
        "服务人员是老人本人或同住亲属，不计探访",
        "请安排非同住人员上门",
        "the worker is the elder or lives with him",
        "send somebody who does not live there",
    ),
    _reason(
        "probable_duplicate",
        "疑似与另一来源的记录重复，暂不计",
        "确非重复的，请乡镇说明理由后认可",
        "probably the same visit as another source's record",
        "if it is not, have the township accept it",
    ),
    _reason(
        "incident_review",
        "老人身故后补录，事件核查期间不计",
        "请等待县级督导员核查认定",
        "entered after the death was found; under review",
        "wait for the supervisor's decision",
    ),
    _reason(
        "awaiting_acceptance",
        "补录时间过久，须经乡镇认可后才计",
        "请乡镇核实后认可",
        "entered very late; counts once the township accepts it",
        "have the township check and accept it",
    ),
    _reason(
        "not_tracked",
        "该地区当日尚未开始统计",
        "无需处理，记录已保存",
        "tracking had not begun there on that day",
        "nothing to do, the record is kept",
    ),
    _reason(
        "not_confirmed",
        "老人尚未确定为服务对象",
        "请乡镇先核实并确定服务对象",
        "the elder is not confirmed yet",
        "have the township confirm the elder",
    ),
    _reason(
        "before_confirmation",
        "探访早于应访起始日",
        "无需处理，记录已保存",
        "the visit lies before duty began",
        "nothing to do, the record is kept",
    ),
    _reason(
        "declined",
        "老人当日已不接受探访服务",
        "如老人改变意愿，请登记新的同意",
        "the elder had declined the service on that day",
        "register a new consent if that has changed",
    ),
    _reason(
        "exited",
        "老人当日已退出服务对象",
        "如误退，请乡镇恢复",
        "the elder had left the roll on that day",
        "have the township reinstate if that was an error",
    ),
    _reason(
        "suspended",
        "老人当日在暂停探访期间",
        "如已返家，请提前结束暂停",
        "visits were suspended on that day",
        "end the suspension if the elder is back",
    ),
    _reason(
        "outcome",
        "未完成探访",
        "请另约时间再次上门",
        "the visit was not completed",
        "go again at another time",
    ),
    _reason(
        "place",
        "探访地点不在计入范围",
        "请到老人住处上门探访",
        "the place is none that counts",
        "visit the elder at home",
    ),
    _reason(
        "not_home",
        "不是上门探访",
        "电话视频已记录，仍须上门一次",
        "it was not a home visit",
        "it is recorded; a home visit is still due",
    ),
    _reason(
        "refused_period",
        "本期已按老人拒访处理",
        "无需处理，记录已保存",
        "the period was closed as refused",
        "nothing to do, the record is kept",
    ),
    _reason(
        "already_met",
        "本期应访已由此前的探访完成",
        "无需处理，记录已保存",
        "the period was met by an earlier visit",
        "nothing to do, the record is kept",
    ),
    _reason(
        "nothing_due",
        "当日所在周期没有应访",
        "无需处理，记录已保存",
        "nothing was due in that period",
        "nothing to do, the record is kept",
    ),
)
