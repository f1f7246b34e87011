import pytest

from tests.duty.office import PRIORITY, Office, code

GONE = {"kind": "moved_out", "last_day_on": "2026-11-20", "source": "family"}


async def test_an_exit_waives_its_period_and_earlier_ones_stay(office: Office) -> None:
    """Exit on 20 November: PRIORITY keeps H1, GENERAL none (A5)."""
    priority = await office.confirmed("2026-10-05", **PRIORITY)
    general = await office.confirmed("2026-10-05")
    office.on("2026-11-20")
    for elder in (priority, general):
        state = await office.tells(elder, "exit", **GONE)
        assert (state["status"], state["due_on"]) == ("exited", None)
        assert (state["open_tasks"], state["stint"]["ending"]) == ([], "moved_out")
    assert await office.owed(priority, "2026-11") == ["H1 open", "H2 waived"]
    assert await office.owed(general, "2026-11") == ["M open pending"]
    assert await office.owed(priority, "2026-12") == []
    assert (await office.line(priority, "2026-11")).exited == 1


async def test_a_death_keeps_the_day_it_happened_and_the_day_it_was_found(office: Office) -> None:
    """Dead about the 10th, found on the 28th, unseen in the period: beside the rate (A5)."""
    elder = await office.confirmed("2026-10-05")
    office.on("2026-11-28")
    state = await office.tells(
        elder,
        "exit",
        kind="death",
        last_day_on="2026-11-10",
        found_on="2026-11-28",
        source="neighbour",
        proof=True,
    )
    assert state["stint"]["last_day_on"] == "2026-11-10"
    assert (await office.line(elder, "2026-11")).deaths_unseen == 1


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"last_day_on": "2026-11-21"}, "422 day_in_future"),
        ({"found_on": "2026-11-20"}, "422 found_on_of_a_death"),
        ({"kind": "death", "found_on": "2026-11-19"}, "422 dates_out_of_order"),
        ({"last_day_on": "2026-10-01"}, "422 ends_before_start"),
        ({"kind": "merged"}, "422 value_not_listed"),
    ],
)
async def test_exits_that_cannot_be_are_refused(office: Office, said: dict[str, str], refusal: str) -> None:
    elder = await office.confirmed("2026-10-05")
    office.on("2026-11-20")
    answer = await office.asks(elder, "exit", **{**GONE, **said})
    assert refusal in (code(answer), f"422 {answer.json()['errors'][0]['code']}")


async def test_an_exit_in_error_is_as_if_it_had_never_been(office: Office) -> None:
    elder = await office.confirmed("2026-11-03", **PRIORITY)
    office.on("2026-11-20")
    before = (await office.owed(elder, "2026-11"), await office.owed(elder, "2026-12"))
    await office.tells(elder, "exit", **GONE)
    state = await office.tells(elder, "reinstate", reason="误录")
    assert state["status"] == "confirmed"
    assert state["stint"] == {
        "starts_on": "2026-11-03",
        "last_day_on": None,
        "ending": None,
        "approved": None,
    }
    assert {task["kind"] for task in state["open_tasks"]} >= {"name_contact", "complete_file"}
    assert (await office.owed(elder, "2026-11"), await office.owed(elder, "2026-12")) == before


async def test_who_left_before_duty_comes_back_as_what_he_was(office: Office) -> None:
    office.on("2026-11-20")
    draft = await office.drafted()
    await office.tells(draft, "exit", **{**GONE, "kind": "ineligible"})
    assert (await office.line(draft, "2026-12")) is None
    assert (await office.tells(draft, "reinstate", reason="误录"))["status"] == "draft"
    assert (await office.line(draft, "2026-12")).not_confirmed == 1


async def test_who_declined_comes_back_as_one_who_declined(office: Office) -> None:
    elder = await office.confirmed("2026-11-03")
    await office.tells(elder, "consents", word="withdrawn", by="self", on="2026-11-03")
    office.on("2026-11-20")
    await office.tells(elder, "exit", **GONE)
    assert (await office.line(elder, "2026-12")) is None
    assert (await office.tells(elder, "reinstate", reason="误录"))["status"] == "declined"
    assert (await office.line(elder, "2026-12")).declined == 1


async def test_back_from_an_institution_duty_starts_anew(office: Office) -> None:
    elder = await office.confirmed("2026-10-05", **PRIORITY)
    office.on("2026-11-20")
    await office.tells(elder, "exit", **{**GONE, "kind": "institution"})
    office.on("2026-12-10")
    overlapping = await office.asks(elder, "re-enter", on="2026-11-20", reason="返家")
    assert code(overlapping) == "422 stint_overlaps"
    state = await office.tells(elder, "re-enter", on="2026-12-08", reason="返家")
    assert (state["status"], state["stint"]["starts_on"]) == ("confirmed", "2026-12-08")
    assert await office.owed(elder, "2026-11") == ["H1 open", "H2 waived"]
    assert await office.owed(elder, "2026-12") == ["H1 open", "H2 open"]


async def test_the_dead_are_reinstated_if_at_all(office: Office) -> None:
    elder = await office.confirmed("2026-10-05")
    office.on("2026-11-20")
    await office.tells(elder, "exit", **{**GONE, "kind": "death"})
    assert code(await office.asks(elder, "re-enter", reason="误录")) == "409 left_for_good"
    assert (await office.tells(elder, "reinstate", reason="误录"))["status"] == "confirmed"
