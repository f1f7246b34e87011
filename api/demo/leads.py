"""People whom departments, villages and grid workers have named: some found, some not, some waiting."""

from collections.abc import Iterator
from random import Random
from typing import Any

from api.demo.office import Office
from api.demo.people import MadeUp, a_name, an_id_number
from api.demo.stories import Story
from api.demo.told import Step, case, days

_PATH = "/v1/leads"


def stories(office: Office, random: Random) -> Iterator[Story]:
    home, staff = office.staff.township, office.staff
    yield from _in_the_village(office, random)
    elsewhere = next(township for township in staff.townships if township != home)
    for number, (ago, source, steps) in enumerate(_LISTS):
        area = home if number % 2 else elsewhere
        who = staff.works_in(area)
        village = office.cast.village_in(area, number)
        named = {**source, "village": village, **_somebody(office, random)}
        told = [Step(each.after, who, each.command, each.body) for each in steps]
        yield case(office, _PATH, office.ago(ago, "09:15"), who, None, named, told)
    yield _known(office, office.cast.one_of(home))


_HEALTH = {"source": "department", "department": "health", "categories": ["family_planning_special"]}
_FEDERATION = {"source": "department", "department": "disabled_federation", "categories": ["severely_disabled"]}
_GRID = {"source": "grid_worker", "note": "走访时发现，独自居住"}
_STATION = {"source": "social_work_station"}
_START = days(1, "", "start")
_LISTS: tuple[tuple[int, dict[str, Any], tuple[Step, ...]], ...] = (
    (33, _HEALTH, (_START, days(4, "", "not-found", note="走访前后三户，均称无此人"))),
    (32, _HEALTH, (_START, days(5, "", "not-eligible", reason="in_institution", note="已入住区福利院"))),
    (30, _FEDERATION, (_START, days(3, "", "verify", elder={"categories": ["severely_disabled"]}))),
    (21, _GRID, (_START, days(2, "", "verify", elder={"categories": ["living_alone"]}))),
    (18, _STATION, (_START,)),
    (12, _FEDERATION, ()),
    (6, _HEALTH, (_START,)),
    (3, _FEDERATION, ()),
    (2, _GRID, ()),
)


def _in_the_village(office: Office, random: Random) -> Iterator[Story]:
    """Of the liaison's own village: one waits too long, one was found at home with an unsafe stove."""
    village = office.staff.village
    found = {
        "elder": {"categories": ["living_alone"]},
        "hazards": [{"kind": "gas", "text": "软管老化开裂", "reminded": True, "reminded_to": "本人"}],
        "needs": [{"kind": "daily_care", "text": "想要助餐"}],
    }
    for ago in (13, 1):
        named = {**_GRID, "village": village, **_somebody(office, random)}
        yield case(office, _PATH, office.ago(ago, "16:10"), "liaison", None, named)
    yield _found(office, {**_GRID, "village": village, **_somebody(office, random)}, found)


async def _found(office: Office, named: dict[str, Any], found: dict[str, Any]) -> Story:
    """Named, found at home, compared with the household: the township may take her on the roll."""
    yield office.ago(8, "16:10")
    lead = await office.post("liaison", _PATH, **named)
    yield office.ago(5, "10:20")
    verified = await office.post("liaison", f"{_PATH}/{lead['id']}/verify", **found)
    await office.post("liaison", f"/v1/elders/{verified['lead']['elder_id']}/verify")


def _somebody(office: Office, random: Random) -> dict[str, Any]:
    number, _ = an_id_number(random, office.today, female=True)
    return {"name": a_name(random, longer=1), "resident_id": number}


async def _known(office: Office, elder: MadeUp) -> Story:
    """Named by a department, on the roll for years: settled by the number at once."""
    yield office.ago(12, "09:20")
    named = {**_FEDERATION, "village": elder.village.code, "name": elder.name, "resident_id": elder.number}
    await office.post("instructor", _PATH, **named)
