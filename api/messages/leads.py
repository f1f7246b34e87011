"""Messages: people who are named, and looked for."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _fault(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    _fault(
        "lead_place",
        "须填村（居），或填乡镇（街道）并写明住处",
        "请填村（居）代码，不清楚的填乡镇并写明住处",
        "a village, or a township with the place in words",
        "send the village, or the township and where it is",
    ),
    _fault(
        "lead_says_nothing",
        "姓名、身份证号、住处都没有填，无法查找",
        "请至少填写其中一项",
        "neither name nor ID number nor place: nobody can be looked for",
        "send at least one of them",
    ),
    _fault(
        "lead_department",
        "来源不是部门，却填了部门名称",
        "请把来源改为部门，或删去部门",
        "a department is named that is not the source",
        "make the department the source, or leave it out",
    ),
    _fault(
        "lead_source_missing",
        "没有写明线索来源",
        "请在“来源”列填写，或上传时选择来源",
        "the row does not say where the lead comes from",
        "fill the column, or name the source with the upload",
    ),
    _fault(
        "lead_village_open",
        "村（居）无法确定，线索先转乡镇（街道）分派",
        "请由乡镇（街道）确定村（居）后安排核实",
        "the village is not certain: the lead waits at the township",
        "let the township say which village it is",
    ),
    _fault(
        "lead_escalation_unknown",
        "没有这条风险报告，或不在您的管辖范围",
        "请核对风险报告编号",
        "no such report of a risk in your area",
        "check the id of the report",
    ),
    _fault(
        "lead_verifier_unknown",
        "该账号不能在这个村（居）核实线索",
        "请改派当地的联络员或指导员",
        "this account does not verify there",
        "name a liaison or instructor of the place",
    ),
    _fault(
        "lead_named_twice",
        "同一条线索填了两次",
        "请每人只填一条线索",
        "one lead is named twice",
        "name each lead once",
    ),
    _fault(
        "lead_duplicate_target",
        "须填与谁重复：台账或线索，只填一项",
        "请只填老人编号或线索编号",
        "name the elder or the lead that it repeats, one of them",
        "send exactly one of the two",
    ),
    _fault(
        "lead_duplicate_unknown",
        "没有这份台账或线索，或不在您的管辖范围",
        "请核对编号，跨乡镇的由区里认定",
        "no such elder or lead in your area",
        "check the id; across townships the district decides",
    ),
    _fault(
        "lead_duplicate_of_none",
        "不能与自己、也不能与已认定重复的线索重复",
        "请填写保留下来的那一条线索",
        "a lead repeats neither itself nor one that repeats another",
        "name the lead that is kept",
    ),
    Message(
        "milestone_area",
        422,
        Text("时间节点只按区、乡镇（街道）登记", "请填写区或乡镇（街道）的代码", _DISTRICT),
        Text("milestones are kept by district and township", "send the code of one", _DISTRICT_EN),
    ),
)
