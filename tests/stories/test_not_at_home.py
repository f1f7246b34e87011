"""Nobody at home on 7 and on 14 November (A13): sought, missing, found at the daughter's."""

from tests.builders import VILLAGE
from tests.escalations.desk import kinds, only
from tests.stories.town import Town


async def test_not_met_twice_is_missing_until_found_at_the_daughters(town: Town) -> None:
    elder = await town.newcomer()

    searched = await town.finds_nobody(elder, "2026-11-07")
    [check] = searched["opened"]["whereabouts_checks"]
    assert searched["opened"]["escalations"] == []
    assert await town.inbox(town.liaison) == {"whereabouts_check": (1, 0)}
    town.at("2026-11-08 09:00")
    assert (await town.inbox(town.liaison))["whereabouts_check"] == (1, 0)
    town.later(seconds=1)
    assert (await town.inbox(town.liaison))["whereabouts_check"] == (1, 1)
    assert (VILLAGE, "whereabouts_check", "village", 1) in await town.late(town.supervisor, by="village")

    searched = await town.finds_nobody(elder, "2026-11-14")
    [case] = searched["opened"]["escalations"]
    missing = await town.standing(case)
    assert (missing["kind"], missing["severity"]) == ("missing", "major")
    assert missing["discovered_at"] == "2026-11-14T01:00:00Z"
    [late] = await town.about("whereabouts-checks", elder, late="true")
    assert (late["id"], late["due_at"], late["escalation_id"]) == (check, "2026-11-08T01:00:00Z", case)

    found = {"verified_by": "村联络员", "how": "老人在女儿家，已视频确认"}
    over = await town.orders(town.liaison, case, "false-alarm", **found)

    assert (over["state"], kinds(over)) == ("false_alarm", ["reported", "false_alarm"])
    step = only(over["steps"], "false_alarm")
    assert (step["verified_by"], step["text"]) == (found["verified_by"], found["how"])
    assert "escalation" not in await town.inbox(town.instructor)
    assert "escalation" not in {kind for _, kind, _, _ in await town.late(town.supervisor)}
