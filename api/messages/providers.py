"""Messages: forces, contracts with them, whom they are sent to."""

from api.messages import Message, Text

_TOWNSHIP, _TOWNSHIP_EN = "乡镇（街道）指导员", "the township's instructor"
_DISTRICT, _DISTRICT_EN = "县级督导员", "the district's supervisor"


def _of_district(code: str, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, 422, Text(zh, zh_fix, _DISTRICT), Text(en, en_fix, _DISTRICT_EN))


def _of_township(code: str, status: int, zh: str, zh_fix: str, en: str, en_fix: str) -> Message:
    return Message(code, status, Text(zh, zh_fix, _TOWNSHIP), Text(en, en_fix, _TOWNSHIP_EN))


MESSAGES: tuple[Message, ...] = (
    _of_district(
        "own_force_stays",
        "本村力量不能改到别的村（居）",
        "请保留原来的区划代码",
        "a village's own force stays with its village",
        "leave the area as it is",
    ),
    # contracts
    _of_district(
        "areas_by_reach",
        "按区域的合同须列出区域，按名单的合同不列",
        "请补填或删除覆盖区域",
        "a contract by areas names them, one by elders names none",
        "add the areas, or leave them out",
    ),
    _of_district(
        "price_outside_contract",
        "单价的起止日期超出合同期限",
        "请把单价日期改到合同期限以内",
        "the price holds on days on which the contract does not",
        "keep the price within the contract",
    ),
    _of_district(
        "prices_overlap",
        "同一服务项目在同一天有两个单价",
        "请把前一个单价的截止日期提前",
        "two prices of one service on the same day",
        "end the earlier price before the next begins",
    ),
    _of_district(
        "cap_incomplete",
        "限次须同时填写次数和周期",
        "请补填次数或周期，或两项都删除",
        "a cap needs a number and a period",
        "send both, or neither",
    ),
    _of_district(
        "day_outside_contract",
        "日期不在合同期限内",
        "请填写合同期限内的日期",
        "the contract does not run on that day",
        "send a day of the contract",
    ),
    # assignments
    _of_township(
        "provider_unknown",
        422,
        "没有这个服务力量，或不服务于您的辖区",
        "请从服务力量名录中选择",
        "no such provider serves your area",
        "choose from the register of providers",
    ),
    _of_township(
        "provider_not_active",
        422,
        "该服务力量当日不在服务期，或已暂停、清退",
        "请选择在用的服务力量，或更改日期",
        "the provider is suspended, removed, or not there that day",
        "choose another provider, or another day",
    ),
    _of_township(
        "worker_of_another_force",
        422,
        "该服务力量没有这名服务人员",
        "请从该服务力量的人员名册中选择",
        "the provider has no such worker",
        "choose one of its own workers",
    ),
    _of_township(
        "worker_not_active",
        422,
        "该服务人员已暂停或清退",
        "请选择在岗的服务人员",
        "the worker is suspended or removed",
        "choose another worker",
    ),
    _of_township(
        "worker_listed_already",
        409,
        "该服务力量已有同名同类或同编号的人员",
        "请核实已有的人员，或区分姓名、编号",
        "the force has a worker of this kind and name, or of this number",
        "vet the one there is, or tell them apart",
    ),
    _of_township(
        "contract_of_another_provider",
        422,
        "没有与该服务力量的这份合同",
        "请从该服务力量的合同中选择",
        "no such contract with this provider",
        "choose one of the contracts with it",
    ),
    _of_township(
        "contract_not_running",
        422,
        "合同在起始日期不在有效期内",
        "请选择当日有效的合同，或更改日期",
        "the contract does not run on the first day",
        "choose one that does, or another day",
    ),
    _of_township(
        "contract_covers_elsewhere",
        422,
        "合同不覆盖老年人所在的村（居）",
        "请选择覆盖当地的合同",
        "the contract does not cover where the elder lives",
        "choose one that does",
    ),
    _of_township(
        "provider_serves_elsewhere",
        422,
        "该服务力量不服务老年人所在的村（居）",
        "请选择服务当地的力量",
        "the provider does not work where the elder lives",
        "choose one that does",
    ),
    _of_township(
        "elder_left",
        422,
        "这位老人已退出，不再安排探访",
        "请核对名单；如误退出，请先撤销",
        "the elder has left the roll",
        "check the list, or undo the exit first",
    ),
    _of_township(
        "assigned_already",
        409,
        "这段时间已派该服务力量服务这位老人",
        "请先结束原派单，或更改日期",
        "this provider is assigned to the elder on these days already",
        "end the other assignment first, or choose other days",
    ),
    _of_township(
        "own_force_only",
        403,
        "村（居）联络员只能管理本村力量",
        "请由乡镇（街道）指导员办理",
        "a liaison manages the village's own force alone",
        "ask the township's instructor",
    ),
)
