"""The numbers of the readings on what elders want: A23 and A33."""

from datetime import date
from typing import Any

from tests.domain.duties import general, visit
from tests.duty.office import PRIORITY, Office, tasks_of
from tests.elders_on_duty import an_elder_on_duty
from tests.populations import settled
from tests.visits.rounds import a_visit, refused


async def figures(office: Office) -> dict[str, Any]:
    """Of November, on 3 December."""
    office.on("2026-12-03")
    return dict((await office.reads(office.supervisor, "/v1/visit-rates?month=2026-11")).json()["total"])


async def turned_away(office: Office, elder_id: object, *days: str, by: str = "elder") -> None:
    for day in days:
        office.on(day)
        said = refused(day) | {"refused": {"in_person": True, "by": by}}
        await office.does(office.liaison, "/v1/visits", **a_visit(elder_id, **said))


async def test_a23_no_word_yet_is_owed_a_visit(office: Office) -> None:
    """900 confirmed, 300 given and visited, 600 no word: due 900, R1 33.33, consent_pending 600."""
    said_yes = [general(visit(8)) for _ in range(300)]
    await settled(office.service, [*said_yes, *(general(consented_on=None) for _ in range(600))])

    counted = await figures(office)

    assert (counted["due_elders"], counted["visit_rate"], counted["consent_pending"]) == (900, "33.33", 600)


async def test_a23_withdrawn_on_the_16th(office: Office) -> None:
    """PRIORITY: H1 stays."""
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-16")
    await office.tells(elder, "consents", word="given", by="self", on="2026-10-06")
    state = await office.tells(elder, "consents", word="withdrawn", by="self", on="2026-11-16")

    assert state["status"] == "declined"
    assert await office.owed(elder, "2026-11") == ["H1 open"]


async def test_a33_three_of_twenty_five_refused_on_two_days(office: Office) -> None:
    """22 completed, 3 refused twice: due 22, R1 100.00, refused 3."""
    refusing = [general() for _ in range(3)]
    await settled(office.service, [*(general(visit(8)) for _ in range(22)), *refusing])
    for each in refusing:
        await turned_away(office, each.elder_id, "2026-11-05", "2026-11-12")

    counted = await figures(office)

    assert (counted["due_elders"], counted["visit_rate"], counted["refused"]) == (22, "100.00", 3)


async def test_a33_refused_once_they_are_still_due(office: Office) -> None:
    """Due 25, 88.00; and at the gate by a daughter, however often: still due."""
    once, twice_by_daughter, other = [general() for _ in range(3)]
    await settled(office.service, [*(general(visit(8)) for _ in range(22)), once, twice_by_daughter, other])
    await turned_away(office, once.elder_id, "2026-11-05")
    await turned_away(office, other.elder_id, "2026-11-05")
    await turned_away(office, twice_by_daughter.elder_id, "2026-11-05", "2026-11-12", by="family")

    counted = await figures(office)

    assert (counted["due_elders"], counted["visit_rate"], counted["refused"]) == (25, "88.00", 0)


async def test_a33_the_third_refused_period_in_a_row_asks_for_a_talk(office: Office) -> None:
    elder = str(await an_elder_on_duty(office.service, tier="priority"))
    await turned_away(office, elder, "2026-11-03", "2026-11-05", "2026-11-17", "2026-11-18", "2026-12-02")
    assert "consent_talk" not in await open_tasks(office, elder)

    await turned_away(office, elder, "2026-12-03")

    assert (await open_tasks(office, elder))["consent_talk"] == "2026-12-10"
    await turned_away(office, elder, "2026-12-17", "2026-12-18")
    listed = (await office.reads(office.instructor, "/v1/tasks?kind=consent_talk")).json()["data"]
    assert len(listed) == 1


async def open_tasks(office: Office, elder_id: str) -> dict[str, str]:
    tasks = (await office.reads(office.instructor, f"/v1/tasks?elder_id={elder_id}&state=open")).json()["data"]
    return tasks_of({"open_tasks": tasks})


async def test_a33_above_five_percent_somebody_looks_into_it(office: Office) -> None:
    """Of 20 records one refusal is 5 %, of 19 it is more; the records are named, to be chosen for a second look."""
    people = [general(visit(date(2026, 11, 2))) for _ in range(18)]
    refusing = general()
    await settled(office.service, [*people, refusing])
    await turned_away(office, refusing.elder_id, "2026-11-05")

    async def found() -> dict[str, list[Any]]:
        answer = (await office.reads(office.supervisor, "/v1/refusals?month=2026-11")).json()
        assert answer["percent"] == 5
        return {each["by"]: [each["refused"], each["records"], len(each["visits"])] for each in answer["data"]}

    assert await found() == {"village": [1, 19, 1], "worker": [1, 1, 1]}
    await office.does(office.liaison, "/v1/visits", **a_visit(people[0].elder_id, external_id="twentieth"))
    assert await found() == {"worker": [1, 2, 1]}
