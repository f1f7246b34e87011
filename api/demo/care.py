"""Hazards, needs, whom elders are referred to, and the benefits they are told of."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any

from api.demo.office import Office
from api.demo.people import MadeUp
from api.demo.stories import Story
from api.demo.told import Step, case, days
from api.domain.months import civil_date
from api.domain.referrals import NeedKind

_REFERRALS = "/v1/referrals"
_BODIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("care_provider", "涵江居家养老服务中心", ("daily_care", "comfort", "other")),
    ("day_centre", "涵江区长者食堂助餐点", ("daily_care",)),
    ("medical", "涵江区第二医院", ("medical", "rehabilitation")),
    ("medical", "涵江区残疾人康复中心", ("rehabilitation", "home_adaptation")),
    ("charity", "涵江区慈善总会", ("donation", "home_adaptation")),
    ("social_work", "涵江区社会工作总站", ("comfort", "other")),
    ("rescue", "涵江区应急救援队", ("emergency_rescue",)),
    ("legal_aid", "涵江区法律援助中心", ("legal_aid", "protection")),
)
_CARE, _MEALS, _HOSPITAL, _REHABILITATION, _CHARITY, _SOCIAL_WORK, _RESCUE, _ = range(len(_BODIES))


def stories(office: Office, random: Random) -> Iterator[Story]:
    bodies: list[str] = []
    yield _directory(office, bodies)
    yield from _referred(office, bodies)
    yield from _needs(office)
    yield from _benefits(office)
    yield _reminders(office, random)


async def _directory(office: Office, bodies: list[str]) -> Story:
    """Whom elders may be referred to; ``bodies`` gets their ids."""
    yield office.at(office.first_month.first, "11:00")
    listed = {"area": office.staff.district, "active_from": office.first_month.first.isoformat()}
    for kind, name, serves in _BODIES:
        body = await office.post("supervisor", "/v1/referral-targets", **listed, kind=kind, name=name, serves=serves)
        bodies.append(str(body["id"]))


def _referred(office: Office, bodies: list[str]) -> Iterator[Story]:
    """Referrals as far as they have got, in the instructor's township and elsewhere."""
    home, district = office.staff.township, office.staff.district
    for area, ago, kind, target, text, steps in (
        (district, 50, "daily_care", _MEALS, "每日午餐送餐上门", _HELPED),
        (home, 47, "rehabilitation", _REHABILITATION, "偏瘫后肢体康复", _HELPED),
        (district, 44, "comfort", _SOCIAL_WORK, "丧偶后情绪低落", _HELPED),
        (home, 40, "donation", _CHARITY, "冬季棉被和取暖用品", _HELPED),
        (district, 30, "home_adaptation", _CHARITY, "卫生间加装扶手", (*_ACCEPTED, *_REJECTED_LATER)),
        (home, 24, "medical", _HOSPITAL, "慢性伤口换药", (*_DELIVERED, *_IN_VAIN)),
        (home, 20, "daily_care", _CARE, "助洁、助浴", _DELIVERED),
        (district, 20, "daily_care", _CARE, "助浴", (*_DELIVERED, *_HEARD)),
        (home, 10, "comfort", _SOCIAL_WORK, "长期独居，少与人往来", _DELIVERED),
        (district, 12, "home_adaptation", _REHABILITATION, "门槛改坡道", _ACCEPTED),
        (home, 8, "rehabilitation", _HOSPITAL, "髋部骨折术后康复", ()),
        (district, 6, "emergency_rescue", _RESCUE, "安装一键呼叫设备", _ACCEPTED[:1]),
        (home, 2, "daily_care", _MEALS, "每日午餐送餐上门", ()),
        (district, 3, "donation", _CHARITY, "轮椅", (_REFUSED,)),
        (district, 15, "other", _CARE, "陪同办理银行业务", (_CANCELLED,)),
    ):
        elder = office.cast.one_of(area, but="none" if area == home else home)
        yield _referral(office, elder, office.ago(ago, "09:30"), kind, bodies, target, text, steps)


_WORKS, _ASKS = "works", "asks"
_ACCEPTED = (days(2, _WORKS, "accept"),)
_DELIVERED = (*_ACCEPTED, days(7, _WORKS, "deliver", note="服务已开始"))
_HEARD = (days(11, _ASKS, "follow-ups", result="eased", method="phone", text="老人表示满意"),)
_HELPED = (*_DELIVERED, *_HEARD, days(14, _ASKS, "close", note="服务稳定，予以办结"))
_IN_VAIN = (days(12, _ASKS, "follow-ups", result="not_eased", method="home", text="只来过一次，伤口未愈"),)
_REFUSED = days(1, _WORKS, "reject", reason="本季度物资已发放完毕")
_CANCELLED = days(2, _WORKS, "cancel", reason="老人由侄子陪同办理")
_REJECTED_LATER = (
    days(6, _WORKS, "reject", reason="改造项目名额已满"),
    days(7, _WORKS, "retarget", target_text="区住建局适老化改造专班"),
    days(9, _WORKS, "accept"),
)


async def _referral(
    office: Office,
    elder: MadeUp,
    began: datetime,
    kind: str,
    bodies: list[str],
    target: int,
    text: str,
    steps: tuple[Step, ...],
) -> Story:
    """A need that somebody told, and the referral that it led to."""
    who = {_WORKS: office.staff.works_in(elder.village.code), _ASKS: office.staff.asks_in(elder.village.code)}
    yield began
    plea: dict[str, Any] = {"elder_id": await office.id_of(elder), "kind": kind}
    if kind in set(NeedKind):
        plea = {"need_id": (await office.post(who[_WORKS], "/v1/needs", **plea, text=text))["id"]}
    consent = {"given_by": "self", "on": civil_date(began).isoformat(), "purpose": text}
    form = {**plea, "target_id": bodies[target], "consent": consent, "text": text}
    found = await office.post(who[_WORKS], _REFERRALS, **form)
    for step in steps:
        yield began + step.after
        await office.post(who[step.who], f"{_REFERRALS}/{found['id']}/{step.command}", **step.body)


def _needs(office: Office) -> Iterator[Story]:
    """Needs that wait to be referred, and some that were met on the spot."""
    staff = office.staff
    rescued = {"kind": "emergency_rescue", "text": "夜间跌倒无人知晓，已帮助联系家属陪护", "solved": True}
    adaptation = {"kind": "home_adaptation", "text": "浴室湿滑，想装扶手"}
    meals = {"kind": "daily_care", "text": "行动不便，做饭困难"}
    comfort = {"kind": "comfort", "text": "子女常年在外，希望有人说说话"}
    for who, area, ago, told in (
        ("liaison", staff.village, 3, meals),
        ("liaison", staff.village, 11, adaptation),
        ("neighbour", staff.neighbours[0], 1, comfort),
        ("colleague", staff.township, 4, rescued),
    ):
        yield case(office, "/v1/needs", office.ago(ago, "15:30"), who, office.cast.one_of(area), told)
    for township in staff.townships[:5]:
        elder = office.cast.one_of(township)
        told = {**meals, "solved": township == staff.townships[0]}
        yield case(office, "/v1/needs", office.ago(6, "15:30"), staff.works_in(township), elder, told)


def _benefits(office: Office) -> Iterator[Story]:
    """Told of a benefit, helped, handed in, decided."""
    helped = days(2, "colleague", "help", help_given="协助复印证件并填写申请表")
    handed_in = days(5, "colleague", "apply", note="已交镇便民服务中心")
    granted = days(25, "colleague", "decide", decision="granted", note="自下月起发放")
    for ago, benefit, steps in (
        (40, "minimum_allowance", (helped, handed_in, granted)),
        (15, "elderly_service_allowance", (helped, handed_in)),
        (9, "disability_allowance", (helped,)),
        (3, "temporary_relief", ()),
    ):
        elder = office.cast.one_of(office.staff.township)
        opened = {"benefit": benefit, "note": "入户时告知"}
        yield case(office, "/v1/policy-applications", office.ago(ago, "10:30"), "colleague", elder, opened, steps)


async def _reminders(office: Office, random: Random) -> Story:
    """Every township tells most households to remove what the visits have found; one cannot wait."""
    for ago in (64, 43, 22, 5):
        yield office.ago(ago, "14:00")
        for township in office.staff.townships:
            who = office.staff.works_in(township)
            open_hazards = [each async for each in office.pages(who, "/v1/hazards", state="open", area=township)]
            for each in open_hazards:
                if random.random() < _REMINDED:
                    told = {"to": random.choice(_AT_HOME), "means": random.choice(("in_person", "phone"))}
                    await office.post(who, f"/v1/hazards/{each['id']}/remind", **told)
    yield office.ago(5, "14:30")
    still_there = await office.get("supervisor", "/v1/hazards", state="reminded", overdue="true", page_size=1)
    for each in still_there["data"]:
        await office.post("supervisor", f"/v1/hazards/{each['id']}/escalate", text="多次提醒仍未整改")


_REMINDED = 0.7
_AT_HOME = ("本人", "儿子", "女儿")
