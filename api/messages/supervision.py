"""Messages: second looks at records, orders to put things right, complaints."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


MESSAGES: tuple[Message, ...] = (
    Message(
        "visit_unknown",
        422,
        Text("没有这条探访记录，或不在您的管辖范围", "请从探访记录列表中选择", _TOWNSHIP),
        Text("no such visit record within your area", "choose from the list of records", _TOWNSHIP_EN),
    ),
    Message(
        "consequence_of_a_doubt",
        422,
        Text("只有结论为不实的记录才能退回或作废", "请更改抽查结论，或不作处理", _TOWNSHIP),
        Text("only a record found wrong may be returned or voided", "change the finding or leave it", _TOWNSHIP_EN),
    ),
    Message(
        "rectification_of_nothing",
        422,
        Text(
            "没有说明由哪个村（居）、乡镇整改，也没有指明所涉记录",
            "请填写区划代码，或指明探访记录、抽查、投诉",
            _DISTRICT,
        ),
        Text(
            "neither an area nor what it is about is named",
            "name an area, a record, a second look or a complaint",
            _DISTRICT_EN,
        ),
    ),
    Message(
        "own_answer",
        403,
        Text("整改情况由您上报，不能由您认定", "请由下达整改的人员认定", _DISTRICT),
        Text("you answered this order yourself", "have somebody else judge the answer", _DISTRICT_EN),
    ),
    Message(
        "complaint_about_one",
        422,
        Text("投诉应指明一条记录、一位老人或一个村（居），三者选一", "请只填写其中一项", _TOWNSHIP),
        Text("a complaint is about one of a record, an elder or a village", "give exactly one", _TOWNSHIP_EN),
    ),
)
