"""Messages: needs, referrals, the directory of those who help, applications for benefits."""

from api.messages import Message, Text

_LIAISON, _LIAISON_EN = "村（居）联络员", "the village's liaison"
_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


def _of_directory(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _DISTRICT), Text(en, en_fix, _DISTRICT_EN))


MESSAGES: tuple[Message, ...] = (
    Message(
        "need_open_already",
        409,
        Text("该老年人已有同类需求尚未落实", "请在已有的需求上办理，不必重复登记", _LIAISON),
        Text("a need of this kind is open already", "go on with the one there is", _LIAISON_EN),
    ),
    _fault(
        "need_unknown",
        "没有这项需求，或不在您的管辖范围",
        "请从需求列表中选择",
        "no such need within your area",
        "choose from the list of needs",
    ),
    _fault(
        "task_unknown",
        "没有这项待办，或不在您的管辖范围",
        "请从待办列表中选择",
        "no such task within your area",
        "choose from the list of tasks",
    ),
    _fault(
        "task_not_referable",
        "只有“病情严重”的告知可以直接转介",
        "请选择病情严重的待办，或直接填写老年人和类型",
        "only the notice of a severe disease becomes a referral",
        "choose such a notice, or name the elder and the kind",
    ),
    _fault(
        "referral_about_one",
        "请指明一项需求、一位老年人或一项告知，只能一个",
        "请在需求、老年人、待办三者中只填一项",
        "it is about one of: a need, an elder, a notice",
        "send exactly one of need_id, elder_id and task_id",
    ),
    _fault(
        "referral_kind_of_need",
        "转介类型与需求类型不一致",
        "请删除转介类型，以需求为准",
        "the need is of another kind: {kind}",
        "leave the kind out; the need says it",
    ),
    _fault(
        "referral_to_one",
        "请指明一个承接单位：从名录中选择，或用文字写明",
        "请在名录单位和文字说明中只填一项",
        "it goes to one body: of the directory, or in words",
        "send either target_id or target_text",
    ),
    _fault(
        "referral_consent_needed",
        "转介会把情况告知其他单位，需要老年人同意",
        "请征得本人或法定监护人同意后填写",
        "another body is told: that needs a yes",
        "ask the elder or the legal guardian, and say who agreed and when",
    ),
    _of_directory(
        "referral_target_unknown",
        "名录中没有这个单位",
        "请从名录中选择，或用文字写明承接单位",
        "the directory has no such body",
        "choose from the directory, or name the body in words",
    ),
    _of_directory(
        "target_serves_elsewhere",
        "该单位不服务老年人所在的村（居）",
        "请选择服务当地的单位",
        "the body does not work where the elder lives",
        "choose one that does",
    ),
    _of_directory(
        "target_does_not_serve",
        "该单位不承接这一类服务",
        "请选择承接此类服务的单位",
        "the body is not asked for this",
        "choose one that is",
    ),
    _of_directory(
        "target_not_active",
        "该单位尚未启用或已停用",
        "请选择在用的单位",
        "the body is not active today",
        "choose one that is",
    ),
    _of_directory(
        "target_stood_down",
        "该单位是已暂停或清退的服务力量",
        "请选择可以上门的单位",
        "the body is a force that is stood down",
        "choose one that may come",
    ),
)
