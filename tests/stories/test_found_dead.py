"""Last seen on 3 October, dead since about 10 November, found on the 28th (A5, A35)."""

from datetime import date

from tests.stories.town import Town
from tests.visits.rounds import a_visit, at


async def test_found_dead_after_seven_weeks_is_the_districts_to_look_into(town: Town) -> None:
    roll = {"starts_on": date(2026, 9, 1), "months": ("2026-10", "2026-12")}
    others = [await town.elder(**roll) for _ in range(24)]
    elder = await town.elder(**roll)
    await town.visits(elder, "2026-10-03")
    town.on("2026-11-20")
    await town.batch(*(a_visit(each, external_id=f"N-{n}", **at("2026-11-18")) for n, each in enumerate(others)))
    assert (await rates(town))["due_elders"] == 25

    town.on("2026-11-28")
    await town.dies(elder, "2026-11-10", "2026-11-28")
    town.on("2026-12-01")
    found = await rates(town)
    assert (found["due_elders"], found["visit_rate"], found["deaths_unseen"]) == (24, "100.00", 1)
    [unseen] = await town.reviews()
    assert (unseen["kind"], unseen["state"], unseen["last_contact_on"]) == ("died_unseen", "open", "2026-10-03")
    assert (unseen["days_to_death"], unseen["days_to_discovery"]) == (38, 56)
    assert (await town.inbox(town.supervisor))["incident_review"] == (1, 0)
    assert "incident_review" not in await town.inbox(town.instructor)

    late = await town.sends(elder, **at("2026-11-05"))
    assert late["not_counted"] == "incident_review"
    assert (await town.inbox(town.supervisor))["incident_review"] == (2, 0)
    assert (await rates(town))["deaths_unseen"] == 1
    [doubtful] = await town.reviews(kind="entered_after_discovery")
    await town.concludes(doubtful, "record_false", **{late["id"]: False})
    concluded = await town.concludes(unseen, "duty_missed")

    assert (concluded["state"], concluded["days_to_discovery"]) == ("concluded", 56)
    shown = await town.shows(f"/v1/incident-reviews/{unseen['id']}")
    assert (shown["finding"], shown["text"]) == ("duty_missed", "经区民政局核查")
    assert "incident_review" not in await town.inbox(town.supervisor)
    found = await rates(town)
    assert (found["due_elders"], found["visit_rate"], found["deaths_unseen"]) == (24, "100.00", 1)


async def rates(town: Town) -> dict[str, object]:
    """November of the district, as the supervisor reads it."""
    figures = await town.shows("/v1/visit-rates?month=2026-11", by=town.supervisor)
    return dict(figures["total"])
