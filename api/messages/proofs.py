"""Messages: what about a record's proof, or beside other records, is looked at twice. None of it refuses care."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"


def _flag(code: str, zh: tuple[str, str], en: tuple[str, str]) -> Message:
    return Message(code, 0, Text(*zh, _TOWNSHIP), Text(*en, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    _flag(
        "too_short",
        ("上门只停留了 {minutes} 分钟，不足 {least} 分钟", "请核对起止时间；情况属实的不用改"),
        ("the home visit lasted {minutes} minutes, less than {least}", "check both times; leave it if they are right"),
    ),
    _flag(
        "no_check_out",
        ("有签到，没有签退", "离开老人家时请签退；这次不用补"),
        ("it has a check-in but no check-out", "check out when leaving; nothing to add this time"),
    ),
    _flag(
        "manual_entry",
        ("记录是事后手工补录的", "请尽量在现场填报；需要时请备好佐证"),
        ("the record was typed in afterwards", "record on the spot where possible; keep what proves it"),
    ),
    _flag(
        "gps_far",
        ("签到地点离老人平时受访的地方较远（{band}）", "请核对是否换了地方见面，或定位有误"),
        ("the check-in is far from where the elder is usually met ({band})", "check where you met, and the device"),
    ),
    _flag(
        "training_missing",
        ("购买服务的机构没有为这名人员登记当日有效的业务培训", "请补办培训，并在系统中登记"),
        ("the provider has registered no training of this worker valid on that day", "hold it and register it"),
    ),
    _flag(
        "worker_in_two_places",
        ("同一人员同一时间还在另一位老人家中", "请核对两条记录的起止时间和服务人员"),
        ("the same worker was at another elder's home at that time", "check times and worker of both records"),
    ),
    _flag(
        "impossible_travel",
        ("与这名人员前后一次签到相距太远，时间内赶不到", "请核对签到时间、地点和服务人员"),
        ("too far from the worker's check before or after it for the time between", "check times, places and worker"),
    ),
    _flag(
        "photo_seen_before",
        ("照片在另一次探访中用过", "请核对是否传错照片，重新上传本次照片"),
        ("a photo was used at another visit", "check the photos and send those of this visit"),
    ),
    _flag(
        "identical_records",
        ("与同一人员当天另外 {records} 户的记录内容雷同", "请核对是否照抄，按每位老人实际情况填写"),
        (
            "it says the same as the worker's records of {records} other homes that day",
            "write what you saw of each",
        ),
    ),
    _flag(
        "proxy_share",
        ("这名人员近三个月的记录有 {percent}% 由他人代签", "请尽量由老人本人签字或按指印"),
        (
            "{percent}% of this worker's records of three months were signed by proxy",
            "let the elder sign",
        ),
    ),
)
