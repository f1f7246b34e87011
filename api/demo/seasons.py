"""Extra visits around the last festival, and a weather warning that gives reason for more."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.demo.files import send
from api.demo.months import Rounds
from api.demo.office import Office
from api.demo.stories import Story

_PATH = "/v1/surges"
_AHEAD = timedelta(days=4)


def stories(office: Office, rounds: Rounds) -> Iterator[Story]:
    yield _festival(office, rounds)
    yield _warning(office)


async def _festival(office: Office, rounds: Rounds) -> Story:
    """Proposed and opened a few days before for everybody of the first tier, most of whom are then telephoned."""
    yield office.at(office.first_month.first, "14:00")
    window = await _last_window(office)
    yield office.at(window.pop("opens_on"), "10:00")
    proposed = await office.post("clerk", _PATH, **window, note="节日期间逐户走访慰问")
    opened = await office.post("supervisor", f"{_PATH}/{proposed['id']}/open")
    last = date.fromisoformat(opened["ends_on"])
    yield office.at(last, "21:00")
    await send(office, list(rounds.calls(last)))


async def _last_window(office: Office) -> dict[str, Any]:
    """The latest festival that is over and was opened while visits were tracked; without one, days of our own."""
    earliest = (office.first_month.first + _AHEAD + timedelta(days=1)).isoformat()
    over: list[tuple[str, str, str, int]] = [
        (each["window_to"], each["window_from"], each["festival"], year)
        for year in sorted({office.first_month.first.year, office.today.year})
        for each in (await office.get("supervisor", "/v1/festivals", year=year))["data"]
        if earliest <= each["window_from"] and each["window_to"] < office.today.isoformat()
    ]
    if not over:
        days = {"starts_on": office.day(20).isoformat(), "ends_on": office.day(17).isoformat()}
        return {**days, "opens_on": office.day(20) - _AHEAD}
    _, begins_on, festival, year = max(over)
    return {"festival": festival, "year": year, "opens_on": date.fromisoformat(begins_on) - _AHEAD}


async def _warning(office: Office) -> Story:
    """Orange: the district is to say whether it opens what was proposed."""
    yield office.ago(1, "17:00")
    await office.post(
        "clerk",
        f"{_PATH}/signals",
        signal_id=f"35030300-{office.day(1):%Y%m%d}-0203",
        event="issue",
        kind="暴雨",
        code="0203",
        colour="orange",
        adcode=office.staff.district,
        issued_at=office.ago(1, "16:50").isoformat(),
        starts_on=office.day(-1).isoformat(),
        ends_on=office.day(-3).isoformat(),
    )
