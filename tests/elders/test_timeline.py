"""What happened to an elder, in one list: the latest day first."""

from typing import Any

from tests.builders import OTHER_TOWNSHIP, an_instructor
from tests.duty.office import PRIORITY, code
from tests.visits.rounds import Rounds, at


async def told(rounds: Rounds, elder_id: str, query: str = "") -> dict[str, Any]:
    answer = await rounds.reads(rounds.instructor, f"/v1/elders/{elder_id}/timeline{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def a_full_life(rounds: Rounds) -> str:
    """Two visits, the second with all there is to see, a tier, a stay in hospital, a consent, a death."""
    elder_id = await rounds.confirmed("2026-11-03", **PRIORITY)
    await rounds.sends(elder_id, **at("2026-11-03"))
    rounds.on("2026-11-05")
    await rounds.sends(elder_id, gas_safety="unsafe", major_risk={"kind": "gas_leak"}, **at("2026-11-05"))
    rounds.on("2026-11-10")
    await rounds.tells(
        elder_id, "suspensions", starts_on="2026-11-09", ends_on="2026-11-15", reason="hospital", note="住院治疗"
    )
    await rounds.tells(elder_id, "consents", kind="service", word="given", by="self", on="2026-11-04")
    rounds.on("2026-11-20")
    await rounds.tells(elder_id, "exit", kind="death", last_day_on="2026-11-18", source="family")
    return elder_id


async def test_a_timeline_tells_what_happened_the_latest_first(rounds: Rounds) -> None:
    elder_id = await a_full_life(rounds)

    lines = (await told(rounds, elder_id))["data"]

    days = [line["on"] for line in lines]
    assert days == sorted(days, reverse=True)
    story = [(line["on"], line["kind"], line["code"]) for line in lines]
    assert story[0] == ("2026-11-18", "exit", "death")
    assert {
        ("2026-11-09", "suspension", "hospital"),
        ("2026-11-05", "visit", "completed"),
        ("2026-11-05", "hazard", "gas"),
        ("2026-11-05", "escalation", "gas_leak"),
        ("2026-11-04", "consent", "given"),
        ("2026-11-03", "visit", "completed"),
    } <= set(story)
    assert "tier" in {kind for _, kind, _ in story}
    [escalation] = [line for line in lines if line["kind"] == "escalation"]
    assert escalation["at"].endswith("Z")
    assert escalation["who"] is not None


async def test_what_became_of_a_record_stands_beside_it(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    sent = await rounds.sends(elder_id)
    await rounds.commands(rounds.instructor, sent["id"], "void")

    [line] = [line for line in (await told(rounds, elder_id))["data"] if line["kind"] == "visit"]

    assert (line["id"], line["code"], line["state"]) == (sent["id"], "completed", "voided")


async def test_a_timeline_goes_on_from_page_to_page_and_leaves_nothing_out(rounds: Rounds) -> None:
    elder_id = await a_full_life(rounds)
    whole = (await told(rounds, elder_id))["data"]

    seen, query = [], "?page_size=2"
    while query:
        page = await told(rounds, elder_id, query)
        seen += page["data"]
        query = f"?page_size=2&page_token={page['next_page_token']}" if page["has_more"] else ""

    assert len(whole) > 6
    assert seen == whole


async def test_what_is_yet_to_come_has_not_happened(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    await rounds.tells(
        elder_id, "suspensions", starts_on="2026-11-09", ends_on="2026-11-15", reason="away", note="去女儿家"
    )

    assert "suspension" not in {line["kind"] for line in (await told(rounds, elder_id))["data"]}


async def test_one_statement_tells_it_all(rounds: Rounds) -> None:
    elder_id = await a_full_life(rounds)
    await told(rounds, elder_id)

    with rounds.statements() as seen:
        await told(rounds, elder_id)

    assert sum("UNION ALL" in statement for statement in seen) == 1
    assert not [each for each in seen if "FROM hazards" in each and "UNION ALL" not in each]


async def test_the_timeline_of_somebody_elsewhere_is_nobodys(rounds: Rounds) -> None:
    elder_id = await rounds.elder()
    await rounds.sends(elder_id)

    assert code(await rounds.reads(an_instructor(OTHER_TOWNSHIP), f"/v1/elders/{elder_id}/timeline")) == "404 not_found"
