"""What changes in a register: stays in hospital, people who left or died, and what villages tell their township."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from api.demo.office import Office
from api.demo.people import MadeUp
from api.demo.stories import Story

_PROPOSALS = "/v1/change-proposals"


def stories(office: Office) -> Iterator[Story]:
    yield from _in_hospital(office)
    yield from _gone(office)
    yield from _proposed(office)
    yield _looked_into(office)
    yield _decided(office)
    yield _not_at_home(office)


# --- away for a while ---------------------------------------------------------------------------------


def _in_hospital(office: Office) -> Iterator[Story]:
    """Confirmed stays everywhere; in the instructor's township the villages' word waits for hers."""
    staff, cast = office.staff, office.cast
    for number, township in enumerate(staff.townships):
        if township != staff.township:
            ago = 45 - 3 * number
            yield _stay(office, staff.works_in(township), cast.one_of(township), ago, ago - 1)
    for who, area, ago in (
        ("liaison", staff.village, 1),
        ("liaison", staff.village, 2),
        ("neighbour", staff.neighbours[0], 1),
        ("neighbour", staff.neighbours[-1], 2),
    ):
        yield _stay(office, who, cast.one_of(area), ago + 1, ago, proof=True, note="见住院证明")
    yield _stay(office, "neighbour", cast.one_of(staff.neighbours[0]), 4, 3, reason="away", note="去外省儿子家")
    forgotten = _unseen(office, cast.one_of(staff.district, but=staff.township))
    yield _stay(office, staff.works_in(forgotten.village.code), forgotten, 45, 8, reason="away", days=30)


def _unseen(office: Office, elder: MadeUp) -> MadeUp:
    """Somebody whom nobody has visited for months."""
    return office.cast.away(elder, office.first_month.first)


def _stay(office: Office, who: str, elder: MadeUp, since: int, told: int, *, days: int = 20, **more: Any) -> Story:
    """Away from ``since`` days ago for some ``days``, as was told later."""
    first, last = office.day(since), office.day(since - days + 1)
    office.cast.away(elder, first, last)
    form = {"starts_on": first.isoformat(), "ends_on": last.isoformat(), "reason": "hospital", **more}
    return _about(office, who, elder, office.ago(told, "09:45"), "suspensions", form)


async def _about(office: Office, who: str, elder: MadeUp, at: datetime, command: str, form: dict[str, Any]) -> Story:
    """One command on an elder."""
    yield at
    await office.post(who, f"/v1/elders/{await office.id_of(elder)}/{command}", **form)


# --- gone for good ------------------------------------------------------------------------------------


def _gone(office: Office) -> Iterator[Story]:
    townships = office.staff.townships
    kinds = ("moved_out", "death", "institution", "death", "moved_out", "death", "institution", "moved_out")
    for number, kind in enumerate(kinds):
        elder = office.cast.one_of(townships[number % len(townships)])
        yield _exit(office, elder, kind, 56 - 6 * number)
    yield _exit(office, _unseen(office, office.cast.one_of(townships[0])), "death", 4)


def _exit(office: Office, elder: MadeUp, kind: str, ago: int) -> Story:
    office.cast.away(elder, office.day(ago))
    form = {"kind": kind, **_left(office, ago)}
    return _about(office, office.staff.works_in(elder.village.code), elder, office.ago(ago - 1, "10:15"), "exit", form)


async def _looked_into(office: Office) -> Story:
    """The district looks into deaths that nobody had noticed in time; the latest wait for it."""
    path = "/v1/incident-reviews"
    yield office.ago(10, "15:00")
    open_reviews = [each async for each in office.pages("supervisor", path, state="open")]
    for each in open_reviews:
        said = {"finding": "duty_done", "text": "系自然死亡，此前按期探访，无失职情形"}
        words = [{"visit_id": visit_id, "accept": True} for visit_id in each["records"]]
        await office.post("supervisor", f"{path}/{each['id']}/conclude", **said, records=words)


async def _decided(office: Office) -> Story:
    """What the visits gave reason for is decided every few weeks, what might hide a miss by the supervisor."""
    for ago in (30, 10):
        yield office.ago(ago, "16:30")
        proposed = [each async for each in office.pages("clerk", _PROPOSALS, state="proposed")]
        if proposed:
            await office.post("clerk", f"{_PROPOSALS}/accept", ids=[each["id"] for each in proposed])
        in_question = [each async for each in office.pages("supervisor", "/v1/exceptions")]
        for each in in_question:
            await office.post("supervisor", f"/v1/exceptions/{each['id']}/approve", note="经核实情况属实")


async def _not_at_home(office: Office) -> Story:
    """The liaison found nobody: somebody is to say within a day where the elder is."""
    elder = office.cast.one_of(office.staff.village)
    at = office.minutes_ago(150)
    if at < office.ago(0, "08:30"):
        at = office.ago(1, "17:00")
    yield at
    await office.post(
        "liaison",
        "/v1/visits",
        elder={"id": await office.id_of(elder)},
        worker={"name": "林水妹", "kind": "grid_worker"},
        method="home",
        place="home",
        outcome="not_met",
        not_met={"whereabouts": "unknown"},
        started_at=(at - timedelta(minutes=15)).isoformat(),
        ended_at=(at - timedelta(minutes=5)).isoformat(),
    )


# --- what villages tell -------------------------------------------------------------------------------


def _proposed(office: Office) -> Iterator[Story]:
    """New telephones, moves and corrections: two were decided, the rest waits for the instructor."""
    staff = office.staff
    elsewhere = next(township for township in staff.townships if township != staff.township)
    phone = {"phones": [{"number": "13905941234"}]}
    illness = {"disease_history": "高血压、脑梗后遗症"}
    village = {"village": office.cast.village_in(elsewhere)}
    for who, area, ago, kind, change, decided in (
        ("liaison", staff.village, 1, "correction", illness, None),
        ("liaison", staff.village, 2, "phone", phone, None),
        ("liaison", staff.village, 9, "exit_moved_out", _left(office, 10), None),
        ("neighbour", staff.neighbours[0], 2, "exit_institution", _left(office, 3), None),
        ("neighbour", staff.neighbours[0], 4, "transfer", village, None),
        ("neighbour", staff.neighbours[-1], 20, "phone", phone, _ACCEPTED),
        ("neighbour", staff.neighbours[-1], 16, "exit_moved_out", _left(office, 17), _REJECTED),
    ):
        yield _proposal(office, who, office.cast.one_of(area), ago, kind, change, decided)


_Decision = tuple[str, dict[str, Any]]
_ACCEPTED: _Decision = ("accept", {})
_REJECTED: _Decision = ("reject", {"reason": "已电话核实，老人未搬离"})


def _left(office: Office, ago: int) -> dict[str, Any]:
    return {"last_day_on": office.day(ago).isoformat(), "source": "family"}


async def _proposal(
    office: Office,
    who: str,
    elder: MadeUp,
    ago: int,
    kind: str,
    change: dict[str, Any],
    decided: _Decision | None,
) -> Story:
    yield office.ago(ago, "11:20")
    form = {"elder_id": await office.id_of(elder), "kind": kind, "change": change}
    proposed = await office.post(who, _PROPOSALS, **form)
    if decided:
        yield office.ago(ago - 1, "09:10")
        command, body = decided
        await office.post("colleague", f"{_PROPOSALS}/{proposed['id']}/{command}", **body)
