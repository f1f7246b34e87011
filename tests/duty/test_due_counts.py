"""The worklist's summary is counted ahead: whatever is done to elders, it says whom the list shows."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.domain.facts import Suspension
from api.domain.worklist import away_from
from api.usecases.verifying import verify
from tests.builders import DISTRICT, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP
from tests.duty.office import GENERAL, PRIORITY, Office
from tests.visits.test_intake import a_visit

FIRST = date(2026, 11, 1)


async def on_the_list(office: Office, area: str) -> int:
    """How many the summary counts in an area, part by part those whom the list shows."""
    page = (await office.reads(office.supervisor, f"/v1/worklist?area={area}&page_size=200")).json()
    shown = Counter((line["standing"], line["elder"]["tier"]) for line in page["data"])
    counted = {(part["standing"], part["tier"]): part["count"] for part in page["summary"]}
    assert {part: count for part, count in counted.items() if count} == shown
    return shown.total()


async def everywhere(office: Office) -> list[int]:
    """On the lists of the district, of one township and of the other; each count is what the facts come to."""
    assert [each async for each in verify(office.service.store, DISTRICT)] == []
    return [await on_the_list(office, area) for area in (DISTRICT, TOWNSHIP, OTHER_TOWNSHIP)]


async def test_the_summary_says_whom_the_list_shows_whatever_is_done(office: Office) -> None:
    moved, visited, left, raised, resting = [await office.confirmed("2026-10-05", **GENERAL) for _ in range(5)]
    await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-03")
    assert await everywhere(office) == [6, 6, 0]
    assert (await office.says(office.liaison, "/v1/visits", **a_visit(visited))).status_code == 201
    assert await everywhere(office) == [5, 5, 0]
    await office.does(office.supervisor, f"/v1/elders/{moved}/transfer", village=OTHER_VILLAGE)
    assert await everywhere(office) == [5, 4, 1]
    await office.tells(left, "exit", kind="death", last_day_on="2026-11-02", source="family")
    assert await everywhere(office) == [4, 3, 1]
    await office.tells(raised, "raise-tier", tier="priority", reason="术后")
    assert await everywhere(office) == [4, 3, 1]
    days = {"starts_on": "2026-11-04", "ends_on": "2026-11-06", "reason": "hospital"}
    state = await office.does(office.liaison, f"/v1/elders/{resting}/suspensions", **days)
    assert await everywhere(office) == [4, 3, 1]
    for day, expected in (("2026-11-04", [3, 2, 1]), ("2026-11-06", [3, 2, 1]), ("2026-11-07", [4, 3, 1])):
        office.on(day)
        assert await everywhere(office) == expected
    office.on("2026-11-05")
    await office.tells(resting, f"suspensions/{state['suspensions'][0]['id']}/reject")
    assert await everywhere(office) == [4, 3, 1]


async def test_counts_of_nobody_are_swept_away(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **GENERAL)
    office.on("2026-11-03")
    assert (await office.says(office.liaison, "/v1/visits", **a_visit(elder))).status_code == 201
    async with office.service.store.chores() as chores:
        deleted = await chores.retention.purge(1000)
        assert deleted["due_counts"] > 0
        assert (await chores.retention.purge(1000))["due_counts"] == 0
    assert await everywhere(office) == [0, 0, 0]


@st.composite
def absences(draw: st.DrawFn) -> Suspension:
    starts_on = FIRST + timedelta(days=draw(st.integers(0, 40)))
    ends_on = starts_on + timedelta(days=draw(st.integers(0, 15)))
    return Suspension(starts_on, ends_on, "away", FIRST, approved=draw(st.sampled_from([None, True, False])))


@given(st.lists(absences(), max_size=6), st.integers(0, 60))
def test_an_elder_is_away_once_on_each_day_somebody_said_so(suspensions: list[Suspension], later: int) -> None:
    day = FIRST + timedelta(days=later)
    times = [tuple(map(date.fromisoformat, each)) for each in away_from(suspensions, FIRST)]
    said = any(each.starts_on <= day <= each.ends_on and each.approved is not False for each in suspensions)
    assert sum(first <= day <= last for first, last in times) == said
