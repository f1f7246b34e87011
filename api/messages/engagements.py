"""Messages: why a force's record may not stand for the day of its visit, or its worker may not be taken in."""

from api.messages import Message, Text


def _fault(code: str, zh: tuple[str, str, str], en: tuple[str, str, str]) -> Message:
    return Message(code, 422, Text(*zh), Text(*en))


_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_SUPERVISOR, _SUPERVISOR_EN = "县级督导员", "the district supervisor"

MESSAGES: tuple[Message, ...] = (
    _fault(
        "contract_not_running_on_that_day",
        ("{day} 当天没有覆盖这位老人的合同或派单", "请核对探访日期；确有服务的请甲方补登派单", _SUPERVISOR),
        (
            "no contract or assignment covered this elder on {day}",
            "check it, or have it registered",
            _SUPERVISOR_EN,
        ),
    ),
    _fault(
        "posting_period_over",
        ("对这位老人的服务已于 {ended_on} 结束，超过 {days} 天不能再补报", "请把记录交给乡镇代为补录", _TOWNSHIP),
        (
            "the service for this elder ended on {ended_on}, more than {days} days ago",
            "hand the record to the township",
            _TOWNSHIP_EN,
        ),
    ),
    _fault(
        "provider_stood_down",
        ("服务力量当日处于暂停或清退期间", "请核对探访日期；有异议请联系主管部门", _SUPERVISOR),
        ("the force was stood down on that day", "check the day, or ask the office in charge", _SUPERVISOR_EN),
    ),
    _fault(
        "worker_stood_down",
        ("这名服务人员当日处于暂停或清退期间", "请核对探访日期和服务人员", _TOWNSHIP),
        ("this worker was stood down on that day", "check the day and the worker", _TOWNSHIP_EN),
    ),
    _fault(
        "period_too_long",
        ("时段超过 {days} 天", "请分成几段核对", "填报人"),
        ("the period is longer than {days} days", "compare it in parts", "whoever sends it"),
    ),
    _fault(
        "worker_name_taken",
        ("同类别已有另一名同名人员，编号不同", "请在姓名后加工号区分，如“张伟02”", _TOWNSHIP),
        (
            "another worker of this kind has the same name under another id",
            "add a number to the name to tell them apart",
            _TOWNSHIP_EN,
        ),
    ),
    _fault(
        "worker_repeated",
        ("与本批第 {first} 名人员编号相同", "请删除重复的一名", _TOWNSHIP),
        ("the same external_id as worker {first} of this request", "remove one of the two", _TOWNSHIP_EN),
    ),
)
