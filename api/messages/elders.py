"""Messages: categories, abilities, and what is needed to be on the roll."""

from api.messages import Message, Text

_TOWNSHIP = "乡镇（街道）指导员"
_TOWNSHIP_EN = "the township's instructor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    _fault(
        "declared_category_contradicted",
        "“{category}”与已填写的{facts}不符",
        "请核实后更正对象类型或该项情况",
        "the category “{category}” is denied by what is stated on: {facts}",
        "verify, then correct the category or that fact",
    ),
    _fault(
        "no_category",
        "不属于七类特殊困难老年人中的任何一类",
        "请补充情况，或写明理由手工纳入",
        "none of the seven categories applies",
        "add the facts, or include the elder by hand with a reason",
    ),
    _fault(
        "ability_score_range",
        "能力评估总分应为0至90分",
        "请对照评估报告填写总分",
        "the total of an assessment lies between 0 and 90",
        "enter the total of the assessment report",
    ),
    # the form
    _fault(
        "born_on_id_mismatch",
        "出生日期与身份证号码不一致",
        "请对照身份证更正，或不填出生日期",
        "the date of birth is not the one in the ID number",
        "correct it from the card, or leave it out",
    ),
    _fault(
        "document_number_format",
        "证件号码应为5至20位字母或数字",
        "请对照证件填写号码",
        "the number of the papers has 5 to 20 letters or digits",
        "copy the number from the papers",
    ),
    _fault(
        "document_number_unexpected",
        "选择“无证件”，却填了证件号码",
        "请删去号码，或改选证件类型",
        "there are no papers, yet a number",
        "remove the number, or name the kind of papers",
    ),
    _fault(
        "day_in_future",
        "日期晚于今天",
        "请核对并填写今天或以前的日期",
        "the day lies ahead",
        "send today or an earlier day",
    ),
    _fault(
        "signed_before_filed",
        "签字日期早于建档日期",
        "请核对建档日期和签字日期",
        "it was signed before it was filed",
        "check both days",
    ),
    _fault(
        "phone_and_reason",
        "已填联系电话，又写了无电话的原因",
        "请只保留其中一项",
        "there is a telephone, and also a reason for having none",
        "keep one of the two",
    ),
    _fault(
        "override_by_township",
        "性别与号码不符，须由乡镇（街道）核对证件后填写",
        "请携证件由乡镇（街道）核对更正",
        "only the township may state a sex other than the number's",
        "let the township look at the card",
    ),
    _fault(
        "village_code_unknown",
        "没有这个村（社区）的代码",
        "请从区划表中选择12位村（社区）代码",
        "no village has this code",
        "choose a 12-digit code from the divisions",
    ),
    _fault(
        "village_outside_area",
        "该村（社区）不在您的管辖范围",
        "请核对居住地，或转由当地建档",
        "the village lies outside your area",
        "check where the elder lives, or let that place file",
    ),
    _fault(
        "township_code_unknown",
        "没有这个乡镇（街道）的代码",
        "请填9位代码，区外的写地名",
        "no township has this code",
        "send a 9-digit code, or the place's name if outside the district",
    ),
    _fault(
        "residence_by_transfer",
        "已确定的对象不能在此改居住村（社区）",
        "请使用转移（transfer）",
        "a confirmed elder moves by a transfer",
        "use the transfer command",
    ),
    _fault(
        "address_given_twice",
        "户籍地址同时填了村（社区）代码和文字",
        "区内只填代码，区外只填文字",
        "the address has a village and also a text",
        "send the village inside the district, a text outside it",
    ),
    _fault(
        "ability_level_score",
        "能力等级轻于评估总分{score}对应的等级",
        "请对照评估报告更正等级或总分",
        "the level is milder than a score of {score}",
        "correct the level or the score from the report",
    ),
    _fault(
        "amount_format",
        "金额应为0至1000000元，最多两位小数",
        "请按元填写数字，如 1200.50",
        "an amount is 0 to 1,000,000 yuan with at most two decimals",
        "send yuan, such as 1200.50",
    ),
    _fault(
        "pension_amount",
        "养老保险有无与每月金额不一致",
        "请核对有无和金额",
        "there is an amount without a pension, or a pension of nothing",
        "check both",
    ),
    _fault(
        "benefits_without_item",
        "填了补贴金额，没有勾选补贴项目",
        "请补选补贴项目",
        "there is an amount but no benefit",
        "name the benefits",
    ),
    _fault(
        "aid_none_with_others",
        "帮扶单位选了“无”，又选了其他",
        "请只选“无”或删去“无”",
        "nobody helps, yet somebody is named",
        "send none alone, or leave it out",
    ),
    # the family
    _fault(
        "relation_code_unknown",
        "没有这个关系代码",
        "请使用 GB/T 4761 的两位代码",
        "no such relation",
        "send a two-digit code of GB/T 4761",
    ),
    _fault(
        "relation_not_family",
        "该关系不是家庭成员",
        "请填家庭成员与老年人的关系代码",
        "not a relation of a family member",
        "send the member's relation to the elder",
    ),
    _fault(
        "spouse_contradicted",
        "家庭成员中有配偶，却填了无配偶",
        "请核实婚姻情况后更正其一",
        "there is a spouse in the family, yet no spouse is stated",
        "verify, then correct one of them",
    ),
    _fault(
        "member_unknown",
        "所指的家庭成员不存在",
        "请从家庭成员中选择，或只填姓名电话",
        "no such family member",
        "choose one of the family, or send name and phone",
    ),
    _fault(
        "family_full",
        "家庭成员已满{most}人",
        "请先删去重复的成员",
        "there are {most} family members already",
        "remove those that stand twice",
    ),
    _fault(
        "search_for_nothing",
        "没有填写查询条件",
        "请填姓名、证件号、电话或探访编号之一",
        "nothing to search for",
        "send a name, an ID number, a phone or a short number",
    ),
    Message(
        "elder_external_id_taken",
        409,
        Text("该外部编号已用于另一位老人，未保存", "请核对编号，或打开原档案", "填报人"),
        Text("This external id is another elder's; nothing was saved", "Check it, or open that file", "the sender"),
    ),
    Message(
        "identity_taken",
        409,
        Text("该证件号码已有档案，未保存", "请核对号码；在册的请打开原档案", "区民政局"),
        Text(
            "This number is on file already; nothing was saved",
            "Check the number; open the file that exists",
            "the district's civil affairs office",
        ),
    ),
)
