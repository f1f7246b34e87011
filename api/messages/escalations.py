"""Messages: what is reported as a danger, and what becomes of it."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    _fault(
        "elder_or_place_needed",
        "没有写明是哪位老人，也没有写明地点",
        "请填写老人编号，或村居代码和地点描述",
        "neither an elder nor a place",
        "send elder_id, or village and place_text",
    ),
    _fault(
        "elder_or_lead_needed",
        "须写明关联的老人或线索，两者填一项",
        "请填写老人编号或线索编号其中一项",
        "one of an elder and a lead",
        "send elder_id or lead_id",
    ),
    _fault(
        "lead_unknown",
        "没有找到这条线索，或不在您的管辖范围内",
        "请核对线索编号",
        "no such lead within your area",
        "check the lead's id",
    ),
    _fault(
        "escalation_unknown",
        "没有找到这条风险报告，或不在您的管辖范围内",
        "请核对风险报告编号",
        "no such escalation within your area",
        "check the escalation's id",
    ),
    _fault(
        "duplicate_of_nothing",
        "所指的报告是它自己，或本身就是重复报告",
        "请填写仍在处置的那条报告的编号",
        "the one meant is this one, or a duplicate itself",
        "name the one that goes on",
    ),
    _fault(
        "place_is_the_elders",
        "老人已在台账中，地点以其居住地为准",
        "请删除村居代码；住址有变请办理转移",
        "it lies where the elder lives",
        "leave village out; transfer the elder if he has moved",
    ),
    _fault(
        "place_too_wide",
        "地点尚未明确到接收的乡镇或村居",
        "请补填乡镇或村居代码",
        "the place is not known as precisely as that desk needs",
        "send the township's or the village's code",
    ),
    Message(
        "desk_above",
        403,
        Text("该事项已由上级处置", "请记录现场处置情况，或联系上级", _TOWNSHIP),
        Text("it lies at a higher desk", "write down what you do, or call the desk", _TOWNSHIP_EN),
    ),
    Message(
        "incident_review_required",
        409,
        Text("发现死亡的事项，须经县级复盘才能办结", "请报县级督导员进行事件复盘", _DISTRICT),
        Text("a death ends with the district's review", "have the supervisor review the incident", _DISTRICT_EN),
    ),
    Message(
        "no_death_to_review",
        409,
        Text("只有发现死亡的事项需要事件复盘", "请按回访、办结程序处理", _DISTRICT),
        Text("only a death is reviewed", "follow up and close", _DISTRICT_EN),
    ),
)
