"""Messages: what makes, suspends and ends duty."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


def _clash(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 409, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    # on the roll
    _fault(
        "category_unknown",
        "情况不明，尚不能判定属于哪一类",
        "请入户核实并补填情况，或写明理由手工纳入",
        "too little is known to say which category applies",
        "verify and add the facts, or include the elder by hand with a reason",
    ),
    _fault(
        "confirmed_before_filed",
        "确定日期早于建档日期",
        "请核对确定日期和建档日期",
        "the day of confirmation lies before the day of filing",
        "check both days",
    ),
    _fault(
        "tier_not_of_the_facts",
        "对象等级与现有情况判定的不一致，不能调低",
        "请先更正情况，再按判定结果确定等级",
        "the facts come to another tier; only upwards may it differ",
        "correct the facts first, then take the tier they come to",
    ),
    _fault(
        "reason_needed",
        "高于判定等级，需要写明理由",
        "请填写提高等级的理由",
        "a tier above the computed one needs a reason",
        "say why",
    ),
    _fault(
        "until_of_a_raise",
        "截止日期只用于提高等级",
        "请删除截止日期",
        "an end belongs to a raise only",
        "leave until out",
    ),
    Message(
        "identity_in_conflict",
        409,
        Text("身份证号与另一份台账重复，尚未处理", "请先由区里核定身份", _DISTRICT),
        Text("the ID number stands in another file too", "have the district settle who is who", _DISTRICT_EN),
    ),
    # the elder's word
    _clash(
        "consent_withheld",
        "本人（或法定监护人）最近一次表示不愿意接受探访",
        "请当面听取本人意愿，先登记同意",
        "the latest word of the elder, or the legal guardian, is a no",
        "hear the elder in person and record a yes first",
    ),
    _clash(
        "said_otherwise_since",
        "此后本人（或法定监护人）又有新的表态",
        "请核对表态日期，以最近一次为准",
        "a later word says otherwise",
        "check the day; the latest word counts",
    ),
    _fault(
        "consent_evidence_needed",
        "法定监护人表态需要依据",
        "请写明监护关系的证明材料",
        "a legal guardian's word needs evidence",
        "say what shows the guardianship",
    ),
    _fault(
        "word_not_entitled",
        "家属表态不能代替本人意愿",
        "请当面听取老年人本人意愿",
        "a relative's word does not stand for the elder's",
        "hear the elder in person",
    ),
    # stints, exits
    _fault(
        "stint_overlaps",
        "起始日期与以前的服务时段重叠",
        "请填写上次退出之后的日期",
        "the start reaches into an earlier time on the roll",
        "send a day after the last exit",
    ),
    _fault(
        "ends_before_start",
        "最后一日早于本次服务的起始日期",
        "请核对最后一日",
        "the last day lies before this time on the roll began",
        "check the last day",
    ),
    _fault(
        "found_on_of_a_death",
        "发现日期只用于去世",
        "请删除发现日期",
        "a day of discovery belongs to a death only",
        "leave found_on out",
    ),
    _clash(
        "left_for_good",
        "因去世或合并退出的，不能重新纳入",
        "如系误录，请用误退恢复",
        "who died or was merged does not come back",
        "if it was an error, reinstate",
    ),
    # suspensions
    _fault(
        "suspension_too_long",
        "暂停超过 {days} 天",
        "请先填 {days} 天以内，到期联系后再续",
        "longer than {days} days",
        "send at most {days} days, and renew after a contact",
    ),
    _clash(
        "suspension_overlaps",
        "与已有的暂停时段重叠",
        "请核对日期，或先提前结束原暂停",
        "it overlaps a suspension there is",
        "check the days, or end the other one first",
    ),
    # days
    _fault(
        "dates_out_of_order",
        "日期先后不对",
        "请核对起止日期",
        "the days are out of order",
        "check both days",
    ),
    _fault(
        "too_far_ahead",
        "日期超过今后 {days} 天",
        "请核对日期，临近时再登记",
        "more than {days} days ahead",
        "check the day, or come back nearer to it",
    ),
    _fault(
        "day_in_past",
        "日期早于今天",
        "请填写今天或以后的日期",
        "the day lies before today",
        "send today or a later day",
    ),
    # frequency
    _fault(
        "frequency_not_higher",
        "不高于该对象等级规定的频次",
        "请填写更高的频次，或取消个别频次",
        "it asks for no more visits than the tier does",
        "ask for more, or set no frequency of its own",
    ),
    _fault(
        "days_of_a_period",
        "“每几天”须填天数，其他周期不填",
        "请补填或删除天数",
        "a period of days needs their number, no other does",
        "add days, or leave it out",
    ),
    _clash(
        "override_overlaps",
        "该日或以后已设有个别频次",
        "请填写更晚的起始日期",
        "a frequency of its own begins on or after that day",
        "send a later first day",
    ),
    # moving
    Message(
        "transfer_outside_area",
        403,
        Text("迁入地不在您的管辖范围", "请由县级督导员办理跨乡镇转移", _DISTRICT),
        Text("the other village is outside your area", "ask the supervisor to transfer", _DISTRICT_EN),
    ),
    _clash(
        "lives_there_already",
        "老年人届时已住在该村（居）",
        "请核对迁入的村（居）和日期",
        "the elder lives there by then",
        "check the village and the day",
    ),
    _fault(
        "moved_later_already",
        "该日或以后已登记居住地变更",
        "请填写更晚的日期",
        "a move on or after that day is on file",
        "send a later day",
    ),
    # reviews
    _clash(
        "reviewed_since",
        "该日或以后已做过动态更新",
        "请核对更新日期",
        "the file was reviewed on or after that day",
        "check the day",
    ),
)
