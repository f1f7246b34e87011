"""Major risks: one in every state, one that nobody took in hand in time, one about a stranger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from api.demo.office import Office
from api.demo.people import MadeUp
from api.demo.stories import Story
from api.demo.told import Step, case, days, minutes

_PATH = "/v1/escalations"


def stories(office: Office, random: Random) -> Iterator[Story]:
    home, district = office.staff.township, office.staff.district
    yield _duty_contacts(office, random)
    yield from _over(office, home, district)
    yield from _under_way(office, home, district)
    yield _reported_twice(office, office.cast.one_of(district, but=home))
    yield _stranger(office)
    yield _found_again(office)


async def _duty_contacts(office: Office, random: Random) -> Story:
    """Whom every township, and the district, is called under around the clock."""
    yield office.at(office.first_month.first, "10:00")
    for area in (office.staff.district, *office.staff.townships):
        phone = f"0594-{random.randrange(3300000, 3999999)}"
        await office.put("supervisor", f"/v1/duty-contacts/{area}", name="值班室", phone=phone)


def _risk(office: Office, began: datetime, about: MadeUp, kind: str, text: str, *steps: Step, called: str) -> Story:
    """Reported by the township's own worker; ``called``: the number that was called within five minutes."""
    soon = (began - timedelta(minutes=5)).isoformat()
    told: dict[str, Any] = {"kind": kind, "text": text, "discovered_at": (began - timedelta(minutes=10)).isoformat()}
    told |= {"emergency_called_at": soon, "called_number": called, "contact_reached_at": soon, "contact": "子女"}
    return case(office, _PATH, began, office.staff.works_in(about.village.code), about, told, steps)


def _over(office: Office, home: str, district: str) -> Iterator[Story]:
    elder = office.cast.one_of(district, but=home)
    works, asks = office.staff.works_in(elder.village.code), office.staff.asks_in(elder.village.code)
    yield _risk(
        office,
        office.ago(26, "08:40"),
        elder,
        "gas_leak",
        "厨房有明显燃气味，已关阀开窗",
        minutes(20, works, "acknowledge", text="已通知燃气公司，镇里派人到场"),
        minutes(90, works, "mitigate", text="更换老化软管，复测无泄漏"),
        days(3, asks, "follow-ups", result="eased", method="phone", text="老人表示已无异味"),
        days(3, asks, "close", text="予以办结"),
        called="119",
    )
    yield _risk(
        office,
        office.ago(19, "17:30"),
        office.cast.one_of(home),
        "fire",
        "灶台起火，已扑灭，墙面熏黑",
        minutes(15, "colleague", "acknowledge"),
        minutes(60, "colleague", "actions", kind="visit", text="到场察看，老人无碍"),
        days(1, "colleague", "mitigate", text="清理灶台，更换电线，配备灭火毯"),
        days(5, "instructor", "follow-ups", result="eased", method="home"),
        days(5, "instructor", "close"),
        called="119",
    )
    yield _risk(
        office,
        office.ago(12, "15:10"),
        office.cast.one_of(home),
        "missing",
        "邻居称一整天未见老人出门",
        minutes(40, "colleague", "false-alarm", verified_by="村联络员", how="老人在女儿家，已通话"),
        called="110",
    )


def _under_way(office: Office, home: str, district: str) -> Iterator[Story]:
    staff, cast = office.staff, office.cast
    elder = cast.one_of(district, but=home)
    works, asks = staff.works_in(elder.village.code), staff.asks_in(elder.village.code)
    yield _risk(
        office,
        office.ago(7, "06:50"),
        elder,
        "acute_illness",
        "突发胸痛，已送医",
        minutes(10, works, "acknowledge"),
        minutes(300, works, "mitigate", text="住院治疗，病情平稳"),
        days(6, asks, "follow-ups", result="eased", method="phone", text="已出院，家属陪护"),
        called="120",
    )
    yield _risk(
        office,
        office.ago(4, "09:20"),
        cast.one_of(home),
        "collapse_risk",
        "后墙开裂，雨后渗水",
        minutes(30, "colleague", "acknowledge"),
        days(1, "colleague", "mitigate", text="老人暂住儿子家，住建部门已加固后墙"),
        called="110",
    )
    began = office.ago(9, "11:00")
    yield _risk(
        office,
        began,
        cast.one_of(home),
        "gas_leak",
        "液化气瓶阀门漏气",
        minutes(25, "colleague", "acknowledge"),
        minutes(120, "colleague", "mitigate", text="已更换阀门"),
        Step(
            office.minutes_ago(50) - began,
            "instructor",
            "follow-ups",
            {"result": "not_eased", "method": "home", "text": "仍有异味，软管未更换"},
        ),
        called="119",
    )
    told = {"kind": "suspected_abuse", "text": "老人手臂有瘀伤，称被家人推倒"}
    yield case(office, _PATH, office.minutes_ago(300), "neighbour", cast.one_of(district, but=home), told)
    flooded = {"kind": "other", "text": "门前排水沟堵塞，积水进屋"}
    yield case(office, _PATH, office.minutes_ago(30), "liaison", cast.one_of(staff.village), flooded)


async def _reported_twice(office: Office, elder: MadeUp) -> Story:
    """In hand when a second report comes in."""
    works = office.staff.works_in(elder.village.code)
    yield office.minutes_ago(180)
    told = {"elder_id": await office.id_of(elder), "kind": "suicide_risk"}
    found = await office.post("neighbour", _PATH, **told, text="电话中流露轻生念头")
    one = f"{_PATH}/{found['id']}"
    yield office.minutes_ago(172)
    await office.post(works, f"{one}/acknowledge", text="已联系村干部上门陪伴")
    await office.post(works, f"{one}/actions", kind="emergency_call", called_number="110")
    await office.post(works, f"{one}/actions", kind="contact_reached", contact="女儿")
    yield office.minutes_ago(120)
    again = await office.post("liaison", _PATH, **told, text="老人对邻居说不想活了")
    yield office.minutes_ago(110)
    await office.post(works, f"{_PATH}/{again['id']}/duplicate", of=found["id"], text="与前报为同一事件")


async def _stranger(office: Office) -> Story:
    """Somebody on the floor who stands on no roll: a number to ask by, then a lead."""
    yield office.ago(5, "18:20")
    at = office.ago(5, "18:15").isoformat()
    found = await office.post(
        "liaison",
        _PATH,
        village=office.staff.village,
        place_text="村口公交站旁",
        person_text="约七十多岁的老太太，说不清住址",
        kind="acute_illness",
        text="倒地，意识不清",
        discovered_at=at,
        emergency_called_at=at,
        called_number="120",
    )
    yield office.ago(5, "18:40")
    await office.post("colleague", f"{_PATH}/{found['id']}/acknowledge", text="已随救护车到医院")
    yield office.ago(4, "10:00")
    await office.post(
        "liaison",
        "/v1/leads",
        source="village",
        village=office.staff.village,
        name="翁阿玉",
        birth_year=office.today.year - 76,
        place_text="村口公交站对面租房",
        escalation_id=found["id"],
    )
    await office.post("colleague", f"{_PATH}/{found['id']}/actions", kind="contact_reached", contact="房东")


async def _found_again(office: Office) -> Story:
    """What whereabouts checks raised is looked into every other week: everybody was at a relative's."""
    for ago in (70, 56, 42, 28, 14, 6):
        yield office.ago(ago, "16:00")
        raised = [each async for each in office.pages("supervisor", _PATH, kind="missing", state="open")]
        for each in raised:
            how = {"verified_by": "村联络员", "how": "外出走亲戚，已电话联系本人"}
            await office.post("supervisor", f"{_PATH}/{each['id']}/false-alarm", **how)
