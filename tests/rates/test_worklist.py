"""The worklist over HTTP: who stands on it, in which order, why, and what of them is shown."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from api.deps import Service
from api.domain.facts import ElderFacts, Override, Stint, TierOfDuty, VisitFact
from api.domain.policy import Frequency, PeriodKind, Tier
from api.store import tables
from api.store.tables import table_of
from tests.accounts.test_traces import entries
from tests.builders import SIBLING_VILLAGE, TOWNSHIP, VILLAGE, a_dashboard, a_liaison, a_supervisor, an_instructor
from tests.conftest import ClientOf, Clock, Urls
from tests.domain.duties import NOVEMBER, away, general, gone, nov, priority, visit
from tests.populations import as_system, planned, settled

OCTOBER = NOVEMBER.previous()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 12, 2, 0, tzinfo=UTC))


def in_october() -> VisitFact:
    return visit(date(2026, 10, 31))


async def listed(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/v1/worklist", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ids(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    return [line["elder"]["id"] for line in (await listed(client, **asked))["data"]]


async def at_work(service: Service, *people: ElderFacts) -> list[str]:
    """Everybody settled, October and November planned; the ids."""
    await settled(service, people, tracking=date(2026, 10, 1))
    await planned(service, OCTOBER, NOVEMBER)
    return [str(facts.elder_id) for facts in people]


async def test_overdue_comes_first_then_due_soon_then_open_and_priority_first_in_each(
    service: Service, client_of: ClientOf
) -> None:
    people = await at_work(
        service,
        general(in_october()),  # open: due on 30 November
        priority(in_october()),  # due soon: on the 15th
        general(),  # overdue since October
        priority(visit(date(2026, 10, 3))),  # overdue since 31 October
        priority(),  # overdue since 15 October
        general(in_october(), stints=(Stint(nov(6)),), tiers=(TierOfDuty(nov(6), Tier.GENERAL),)),  # a first visit
        priority(visit(2)),  # visited in this half
        general(visit(2)),  # visited this month
        general(in_october(), suspensions=(away(10, 14),)),  # in hospital today
        general(stints=(gone(5),)),
        general(stints=(gone(5, "declined"),)),
        general(stints=()),
    )
    open_, soon, general_late, later, late, first, *_ = people
    supervisor = await client_of(a_supervisor())

    found = await listed(supervisor)

    assert [line["elder"]["id"] for line in found["data"]] == [late, later, general_late, soon, first, open_]
    assert [line["standing"] for line in found["data"]] == ["overdue"] * 3 + ["due_soon"] * 2 + ["open"]
    counts = {(part["standing"], part["tier"]): part["count"] for part in found["summary"]}
    assert counts == {
        ("overdue", "priority"): 2,
        ("overdue", "general"): 1,
        ("due_soon", "priority"): 1,
        ("due_soon", "general"): 1,
        ("open", "priority"): 0,
        ("open", "general"): 1,
    }
    assert await ids(supervisor, standing="overdue", tier="general") == [general_late]
    assert (await listed(supervisor, count="exact"))["total"] == 6
    assert (await listed(supervisor, count="exact", standing="overdue", page_size=1))["total"] == 3


async def test_a_missed_period_is_a_reason_until_the_next_home_visit(service: Service, client_of: ClientOf) -> None:
    missed, followed = await at_work(service, priority(), priority(visit(date(2026, 10, 20))))
    lines = (await listed(await client_of(a_liaison())))["data"]

    by_id = {line["elder"]["id"]: [(r["code"], r["period"]) for r in line["reasons"]] for line in lines}
    assert by_id[missed] == [
        ("missed_period", "2026-10-H1"),
        ("missed_period", "2026-10-H2"),
        ("period_open", "2026-11-H1"),
    ]
    assert by_id[followed] == [("period_open", "2026-11-H1")]


async def test_first_visits_and_extra_ones_are_reasons_too(service: Service, client_of: ClientOf) -> None:
    weekly = Override(nov(1), None, Frequency(PeriodKind.WEEK))
    new, often = await at_work(
        service,
        general(stints=(Stint(nov(10)),)),
        general(visit(date(2026, 10, 31)), overrides=(weekly,)),
    )
    lines = {line["elder"]["id"]: line for line in (await listed(await client_of(a_liaison())))["data"]}

    assert [reason["code"] for reason in lines[new]["reasons"]] == ["period_open", "first_visit_due"]
    assert (lines[new]["due_on"], lines[new]["period"]) == ("2026-11-16", None)
    assert [(reason["code"], reason["due_on"]) for reason in lines[often]["reasons"]] == [
        ("period_open", "2026-11-30"),
        ("override_due", "2026-11-07"),
        ("override_due", "2026-11-15"),
    ]
    assert lines[often]["standing"] == "overdue"


async def test_the_liaison_sees_door_and_phones_and_others_see_them_masked(
    service: Service, client_of: ClientOf
) -> None:
    await at_work(service, general())
    [near] = (await listed(await client_of(a_liaison())))["data"]
    [far] = (await listed(await client_of(an_instructor())))["data"]

    assert near["elder"]["address"].endswith("12号")
    assert near["elder"]["phones"] == [{"number": "13800001234", "owner": "self"}]
    assert near["elder"]["primary_contact"] == {"name": "试邻居", "relation": None, "phone": "13900005678"}
    assert far["elder"]["address"].endswith("***")
    assert far["elder"]["phones"] == [{"number": "138****1234", "owner": "self"}]
    assert far["elder"]["primary_contact"]["phone"] == "139****5678"
    assert far["elder"]["name"] == near["elder"]["name"]


async def test_what_to_mind_at_the_door_stands_on_the_line(service: Service, client_of: ClientOf) -> None:
    [elder] = people = [general()]
    await at_work(service, *people)
    hazard = {
        "elder_id": elder.elder_id,
        "village": elder.village,
        "key": b"",
        "severity": "general",
        "reminder": "given",
        "repeated": False,
        "times_seen": 1,
        "first_seen_on": nov(2),
        "last_seen_on": nov(2),
        "due_on": nov(30),
        "source_visit": elder.elder_id,
        "created_at": datetime(2026, 11, 2, tzinfo=UTC),
        "version": 1,
    }
    async with as_system(service) as registers:
        rows = [
            {**hazard, "id": visit(1).id, "kind": "gas", "state": "open"},
            {**hazard, "id": visit(1).id, "kind": "power", "state": "resolved"},
        ]
        await registers.desk.session.execute(insert(table_of(tables.Hazard)), rows)

    [line] = (await listed(await client_of(a_liaison())))["data"]
    assert line["elder"]["notes_for_visitor"] == [{"hazard": "gas", "since": "2026-11-02"}]


async def test_pages_follow_each_other_through_all_parts(service: Service, client_of: ClientOf) -> None:
    makers = (priority, general, lambda: priority(in_october()), lambda: general(in_october()))
    await at_work(service, *(make() for make in makers for _ in range(3)))
    supervisor = await client_of(a_supervisor())
    whole = await ids(supervisor)
    assert len(whole) == 12

    paged: list[str] = []
    asked: dict[str, Any] = {"page_size": 2}
    while True:
        page = await listed(supervisor, **asked)
        paged += [line["elder"]["id"] for line in page["data"]]
        assert (page["summary"] is None) == ("page_token" in asked)
        if not page["has_more"]:
            break
        asked["page_token"] = page["next_page_token"]
    assert paged == whole
    refused = await supervisor.get("/v1/worklist", params={**asked, "tier": "general"})
    assert (refused.status_code, refused.json()["code"]) == (400, "page_token_invalid")


async def test_the_list_is_of_ones_own_area_and_part_of_it(service: Service, client_of: ClientOf) -> None:
    here, there = await at_work(service, general(), replace(general(), village=SIBLING_VILLAGE))
    assert await ids(await client_of(a_liaison())) == [here]
    instructor = await client_of(an_instructor())
    assert set(await ids(instructor, area=TOWNSHIP)) == {here, there}
    assert await ids(instructor, area=SIBLING_VILLAGE) == [there]
    assert (await (await client_of(a_dashboard())).get("/v1/worklist")).status_code == 403


async def test_one_audit_entry_names_everybody_on_the_page(
    service: Service, client_of: ClientOf, database: Urls
) -> None:
    *waiting, _ = await at_work(service, general(), general(), general(visit(3)))
    await listed(await client_of(a_liaison()))

    [named] = [ids for operation, _, ids, *_ in entries(database) if operation == "show_worklist"]
    assert set(json.loads(named) if isinstance(named, str) else named) == set(waiting)


async def test_the_list_plans_the_month_it_needs(service: Service, client_of: ClientOf) -> None:
    await settled(service, [general()], tracking=date(2026, 10, 1))
    [line] = (await listed(await client_of(a_liaison(VILLAGE))))["data"]
    assert (line["due_on"], line["standing"], line["period"]) == ("2026-11-30", "open", "2026-11-M")
