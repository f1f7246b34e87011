"""The numbers of the readings on leaving and hiding misses: A5, A6, A21, A22, A35."""

from datetime import date
from typing import Any

from tests.domain.duties import away, general, priority, visit
from tests.duty.office import PRIORITY, Office
from tests.elders_on_duty import an_elder_on_duty
from tests.populations import settled
from tests.visits.rounds import a_visit, at


async def total(office: Office, month: str = "2026-11") -> dict[str, Any]:
    answer = await office.reads(office.supervisor, f"/v1/visit-rates?month={month}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["total"])


async def test_a5_found_dead_after_seven_weeks(office: Office) -> None:
    """25 G, one last seen 3 October, dead about 10 November, found on the 28th: due 24, 100.00, 1 unseen, 56 days."""
    dead = general(visit(date(2026, 10, 3)))
    await settled(office.service, [*(general(visit(9)) for _ in range(24)), dead])
    office.on("2026-11-28")
    said = {"kind": "death", "last_day_on": "2026-11-10", "found_on": "2026-11-28", "source": "neighbour"}
    await office.tells(str(dead.elder_id), "exit", **said)
    office.on("2026-12-03")

    figures = await total(office)

    assert (figures["due_elders"], figures["visit_rate"], figures["deaths_unseen"]) == (24, "100.00", 1)
    [review] = (await office.reads(office.supervisor, "/v1/incident-reviews")).json()["data"]
    assert review["days_to_discovery"] == 56


async def test_a5_an_exit_on_the_20th(office: Office) -> None:
    """PRIORITY keeps H1, GENERAL, visited on the 18th, none."""
    people = [priority(), general(visit(18))]
    await settled(office.service, people)
    office.on("2026-11-20")
    for each in people:
        moved = {"kind": "moved_out", "last_day_on": "2026-11-20", "source": "family"}
        await office.tells(str(each.elder_id), "exit", **moved)

    assert [await office.owed(str(each.elder_id), "2026-11") for each in people] == [
        ["H1 open", "H2 waived"],
        ["M waived"],
    ]


async def test_a6_forty_of_nine_hundred_told_of_on_3_december(office: Office) -> None:
    """R1 stays 91.11 (820/900), pending 40; approved 95.35 (820/860), backdated 40."""
    told_late = away(1, 30, reason="away", reported_on=date(2026, 12, 3))
    people = [
        *(general(visit(8)) for _ in range(820)),
        *(general() for _ in range(40)),
        *(general(suspensions=(told_late,)) for _ in range(40)),
    ]
    await settled(office.service, people)
    office.on("2026-12-03")

    figures = await total(office)
    assert (figures["due_elders"], figures["visited_home"], figures["visit_rate"]) == (900, 820, "91.11")
    assert (figures["excused_pending"], figures["excused"]) == (40, 0)

    waiting = (await office.reads(office.supervisor, "/v1/exceptions?page_size=200")).json()["data"]
    assert len(waiting) == 40
    for each in waiting:
        await office.does(office.supervisor, f"/v1/exceptions/{each['id']}/approve")

    figures = await total(office)
    assert (figures["due_elders"], figures["visit_rate"]) == (860, "95.35")
    assert (figures["excused_pending"], figures["excused"], figures["excused_backdated"]) == (0, 40, 40)


async def test_a21_in_hospital_from_the_1st_to_the_20th(office: Office) -> None:
    """H1 excused, H2 due (10 of 15); provisional by the village's word, until the township confirms."""
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-01")
    said = {"starts_on": "2026-11-01", "ends_on": "2026-11-20", "reason": "hospital"}
    state = await office.does(office.liaison, f"/v1/elders/{elder}/suspensions", **said)

    assert await office.owed(elder, "2026-11") == ["H1 excused", "H2 open"]
    assert (await office.line(elder, "2026-11")).excused_provisional == 1
    await office.tells(elder, f"suspensions/{state['suspensions'][0]['id']}/confirm")
    assert (await office.line(elder, "2026-11")).excused_provisional == 0


async def test_a22_back_from_a_care_home_duty_has_a_new_start(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-03")
    await office.tells(elder, "exit", kind="institution", last_day_on="2026-11-03", source="family")
    office.on("2026-12-08")
    state = await office.tells(elder, "re-enter", on="2026-12-08", reason="返家")

    assert state["stint"]["starts_on"] == "2026-12-08"
    assert await office.owed(elder, "2026-12") == ["H1 open", "H2 open"]


async def test_a35_the_state_on_the_day_of_the_visit_decides(office: Office) -> None:
    """Told after the exit: of a day before it, counted; of a day after it, kept, and not counted."""
    elder = str(await an_elder_on_duty(office.service))
    office.on("2026-11-18")
    await office.tells(elder, "exit", kind="moved_out", last_day_on="2026-11-16", source="family")
    before = await office.does(office.liaison, "/v1/visits", **a_visit(elder, **at("2026-11-12")))
    after = await office.does(office.liaison, "/v1/visits", **a_visit(elder, **at("2026-11-17")))

    assert (before["not_counted"], after["not_counted"]) == ("nothing_due", "exited")
    assert (before["result"], after["result"]) == ("created", "created")
