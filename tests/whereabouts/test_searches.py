"""Nobody was home (A13): checks, what answers them, and when it becomes an alarm."""

from itertools import permutations

import pytest

from tests.visits.rounds import a_visit, at, nobody_home, refused
from tests.whereabouts.asking import Village

IN_THE_FIELD = {"whereabouts": "away", "told_by": "neighbour"}


async def test_a_second_search_in_vain_raises_the_alarm_and_the_check_was_late_for_six_days(village: Village) -> None:
    """7 and 14 November: alarm of the 14th, check late since the 8th."""
    elder = await village.elder()
    await village.in_vain(elder, "2026-11-07")
    village.at("2026-11-08", 9)
    assert (await village.the_check())["late"] is False
    village.at("2026-11-08", 9, 0, 1)
    assert (await village.the_check(late=True))["due_at"] == "2026-11-08T01:00:00Z"

    await village.in_vain(elder, "2026-11-14")

    assert await village.alarms() == [("missing", "open", "11-14 09:00:00")]
    check = await village.the_check(late=True)
    assert (check["state"], check["due_at"]) == ("escalated", "2026-11-08T01:00:00Z")
    assert check["escalation_id"] is not None
    assert await village.done_with(check["id"]) == ["open", "search_again", "escalate"]


@pytest.mark.parametrize("order", list(permutations(range(2))))
async def test_both_searches_in_one_batch_say_the_same_in_any_order(village: Village, order: tuple[int, ...]) -> None:
    elder = await village.elder()
    village.at("2026-11-14", 10)
    records = [a_visit(elder, **nobody_home(day)) for day in ("2026-11-07", "2026-11-14")]

    await village.batch(*(records[n] for n in order))

    assert await village.alarms() == [("missing", "open", "11-14 09:00:00")]
    assert (await village.the_check(late=True))["due_at"] == "2026-11-08T01:00:00Z"


@pytest.mark.parametrize("order", list(permutations(range(2))))
async def test_in_the_field_says_the_neighbour_on_the_same_day(village: Village, order: tuple[int, ...]) -> None:
    """6 November, 9:00 and 15:00: no alarm, however late anybody looks, and nothing left to find out."""
    elder = await village.elder()
    village.at("2026-11-06", 16)
    records = [nobody_home("2026-11-06", 9), nobody_home("2026-11-06", 15, not_met=IN_THE_FIELD)]

    for n in order:
        await village.sends(elder, **records[n])

    village.at("2026-11-09", 9)
    await village.work()
    assert await village.alarms() == []
    assert await village.checks(late=True) == []
    assert [check["answer"] for check in await village.checks()] == ["away"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
async def test_a_visit_on_the_third_day_leaves_no_alarm(
    village: Village, order: tuple[int, ...], together: bool
) -> None:
    """6, 7 and completed on the 8th, in one batch: none. Where the visit comes in last, the alarm stands."""
    elder = await village.elder()
    village.at("2026-11-08", 10)
    days = [nobody_home("2026-11-06"), nobody_home("2026-11-07"), at("2026-11-08", 8)]
    records = [a_visit(elder, **days[n]) for n in order]

    for batch in [records] if together else [[record] for record in records]:
        await village.batch(*batch)
    await village.work()

    heard = together or order[2] != 2
    assert await village.alarms() == ([] if heard else [("missing", "open", "11-07 09:00:00")])
    assert await village.checks(late=True) == []


@pytest.mark.parametrize(
    ("contact", "answer"),
    [
        (at("2026-11-08"), "seen"),
        (at("2026-11-08", method="phone"), "on_phone"),
        (refused("2026-11-08"), "seen"),
        (nobody_home("2026-11-08", outcome="hospitalised"), "in_hospital"),
    ],
    ids=["visit", "phone", "refusal", "hospital"],
)
async def test_a_later_record_answers_by_itself(village: Village, contact: dict[str, object], answer: str) -> None:
    elder = await village.elder()
    await village.in_vain(elder, "2026-11-07")
    village.at("2026-11-08", 18)
    item = await village.sends(elder, **contact)

    check = await village.the_check()

    assert (check["state"], check["answer"], check["answered_by_visit"]) == ("answered", answer, item["id"])
    await village.work()
    assert await village.alarms() == []


async def test_a_refusal_at_the_gate_by_the_family_does_not_say_where_the_elder_is(village: Village) -> None:
    elder = await village.elder()
    await village.in_vain(elder, "2026-11-07")
    village.at("2026-11-08", 8)
    await village.sends(elder, **refused("2026-11-08", hour=7) | {"refused": {"in_person": True, "by": "family"}})

    assert (await village.the_check())["state"] == "open"


async def test_a_contact_before_the_last_search_in_vain_answers_nothing(village: Village) -> None:
    elder = await village.elder()
    await village.in_vain(elder, "2026-11-07", 9)
    await village.in_vain(elder, "2026-11-07", 15)
    await village.sends(elder, **at("2026-11-07", 12))

    assert (await village.the_check())["state"] == "open"


async def test_an_answer_that_a_void_record_gave_is_asked_again(village: Village) -> None:
    elder = await village.elder()
    await village.in_vain(elder, "2026-11-07")
    village.at("2026-11-08", 10)
    item = await village.sends(elder, **at("2026-11-08"))
    answer = await village.commands(village.instructor, item["id"], "void")
    assert answer.status_code == 200, answer.text

    check = await village.the_check()
    assert (check["state"], check["answer"], check["answered_by_visit"]) == ("open", None, None)
    await village.work()
    assert await village.alarms() == [("missing", "open", "11-08 09:00:00")]


async def test_old_paper_asks_nobody(village: Village) -> None:
    elder = await village.elder()
    village.at("2026-11-20", 10)
    await village.batch(*(a_visit(elder, **nobody_home(day)) for day in ("2026-11-03", "2026-11-11")))

    assert await village.checks() == []
    assert await village.alarms() == []


async def test_in_hospital_says_the_neighbour_and_the_township_is_to_suspend(village: Village) -> None:
    elder = await village.elder()
    told = {"whereabouts": "in_hospital", "told_by": "neighbour"}
    item = await village.in_vain(elder, "2026-11-06", not_met=told)

    assert [len(item["opened"][kind]) for kind in ("proposals", "whereabouts_checks")] == [1, 0]
