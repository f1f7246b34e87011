"""Records that a death puts in question (A35)."""

import pytest

from tests.duty.office import code
from tests.incidents.deaths import Mourners
from tests.visits.rounds import a_visit, at


async def test_a_visit_after_death_is_kept_flagged_and_on_the_districts_list(mourners: Mourners) -> None:
    elder = await mourners.elder()
    mourners.on("2026-11-12")
    await mourners.dies(elder, "2026-11-10", "2026-11-12")
    item = await mourners.sends(elder, **at("2026-11-11"))

    assert item["not_counted"] == "incident_review"
    assert [flag["code"] for flag in item["flags"]] == ["visit_after_death"]
    [review] = await mourners.reviews(kind="visit_after_death")
    assert (review["elder_id"], review["records"]) == (elder, [item["id"]])


async def test_a_visit_told_before_the_death_was_known_is_in_question_once_it_is(mourners: Mourners) -> None:
    """The record of the 15th came in at once; on the 28th it is known that he had died on the 10th."""
    elder = await mourners.elder()
    mourners.on("2026-11-15")
    item = await mourners.sends(elder, **at("2026-11-15"))
    mourners.on("2026-11-28")
    await mourners.dies(elder, "2026-11-10", "2026-11-28")

    [review] = await mourners.reviews(kind="visit_after_death")
    assert review["records"] == [item["id"]]
    assert await mourners.why_not(item["id"]) == "exited"
    shown = (await mourners.reads(mourners.instructor, f"/v1/visits/{item['id']}")).json()
    assert [flag["code"] for flag in shown["flags"]] == ["visit_after_death"]


@pytest.mark.parametrize("reported", ["2026-11-28", "2026-12-01"])
async def test_what_is_entered_after_the_discovery_counts_only_after_the_districts_yes(
    mourners: Mourners, reported: str
) -> None:
    """A visit of 5 November, told on the 29th; whether the death had been reported by then or not."""
    elder = await mourners.elder()
    mourners.on("2026-11-28")
    if reported == "2026-11-28":
        await mourners.dies(elder, "2026-11-10", "2026-11-28")
    mourners.on("2026-11-29")
    item = await mourners.sends(elder, **at("2026-11-05"))
    if reported != "2026-11-28":
        mourners.on(reported)
        await mourners.dies(elder, "2026-11-10", "2026-11-28")

    assert await mourners.why_not(item["id"]) == "incident_review"
    [review] = await mourners.reviews(kind="entered_after_discovery")
    assert review["records"] == [item["id"]]
    [unseen] = await mourners.reviews(kind="died_unseen")
    assert unseen["last_contact_on"] is None
    assert (await mourners.line(elder, "2026-11")).deaths_unseen == 1

    concluded = await mourners.concludes(review, "duty_done", **{item["id"]: True})

    assert (concluded["last_contact_on"], concluded["days_to_discovery"]) == ("2026-11-05", 23)
    assert await mourners.why_not(item["id"]) == "nothing_due"
    assert (await mourners.line(elder, "2026-11")).deaths_unseen == 0
    [unseen] = await mourners.reviews(kind="died_unseen")
    assert unseen["days_to_death"] == 5


async def test_a_no_keeps_it_from_counting(mourners: Mourners) -> None:
    elder = await mourners.elder()
    mourners.on("2026-11-29")
    await mourners.dies(elder, "2026-11-10", "2026-11-28")
    item = await mourners.sends(elder, **at("2026-11-05"))
    [review] = await mourners.reviews(kind="entered_after_discovery")

    await mourners.concludes(review, "record_false", **{item["id"]: False})

    assert await mourners.why_not(item["id"]) == "incident_review"
    assert (await mourners.line(elder, "2026-11")).deaths_unseen == 1


async def test_records_of_one_death_join_one_review_and_a_reviewed_one_is_not_questioned_again(
    mourners: Mourners,
) -> None:
    elder = await mourners.elder()
    mourners.on("2026-11-29")
    await mourners.dies(elder, "2026-11-10", "2026-11-28")
    items = await mourners.batch(*(a_visit(elder, external_id=day, **at(day)) for day in ("2026-11-04", "2026-11-05")))
    third = await mourners.sends(elder, external_id="third", **at("2026-11-06"))
    [review] = await mourners.reviews(kind="entered_after_discovery")
    ids = [item["id"] for item in (*items, third)]
    assert review["records"] == ids

    await mourners.concludes(review, "record_mistaken", **dict.fromkeys(ids, False))
    changed = a_visit(elder, external_id="third", external_version=2, notes="补充说明", **at("2026-11-06"))
    await mourners.batch(changed)

    assert len(await mourners.reviews(kind="entered_after_discovery")) == 1


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ([], "record_without_word"),
        (["own", "own"], "record_named_twice"),
        (["own", "other"], "record_not_in_review"),
    ],
)
async def test_the_word_is_about_every_record_in_question_and_no_other(
    mourners: Mourners, said: list[str], fault: str
) -> None:
    elder, other = await mourners.elder(), await mourners.elder()
    mourners.on("2026-11-29")
    await mourners.dies(elder, "2026-11-10", "2026-11-28")
    ids = {
        "own": (await mourners.sends(elder, **at("2026-11-05")))["id"],
        "other": (await mourners.sends(other, **at("2026-11-05")))["id"],
    }
    [review] = await mourners.reviews(kind="entered_after_discovery")
    path = f"/v1/incident-reviews/{review['id']}/conclude"
    records = [{"visit_id": ids[name], "accept": True} for name in said]

    answer = await mourners.says(mourners.supervisor, path, finding="duty_done", records=records, text="核查")

    assert code(answer) == f"422 {fault}"


async def test_what_was_written_down_of_last_month_after_the_death_counts_no_more_in_last_month(
    mourners: Mourners,
) -> None:
    elder = await mourners.elder(months=("2026-10", "2026-12"))
    mourners.on("2026-11-06")
    await mourners.sends(elder, **at("2026-10-30"))
    assert await mourners.owed(elder, "2026-10") == ["M met"]

    mourners.on("2026-11-07")
    await mourners.dies(elder, "2026-11-05", "2026-11-06")
    assert await mourners.owed(elder, "2026-10") == ["M open"]

    await mourners.tells(elder, "reinstate", reason="同名误报")
    assert await mourners.owed(elder, "2026-10") == ["M met"]
