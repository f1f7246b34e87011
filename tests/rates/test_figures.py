"""月探访率 over HTTP: groups that add up, states of a month, what a dashboard sees, names behind counts."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.domain.elder_months import COUNTS
from api.domain.facts import ElderFacts, Residence, TierOfDuty
from api.domain.policy import Tier
from api.schemas.rates import Group
from tests.builders import (
    DISTRICT,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SIBLING_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    a_dashboard,
    a_liaison,
    a_supervisor,
    an_auditor,
    an_instructor,
)
from tests.conftest import ClientOf, Clock
from tests.domain.duties import away, general, nov, priority, visit
from tests.populations import as_system, categorised, settled
from tests.promises.names import promise

NAMES = ("due_elders", *(name for name in COUNTS if name != "due"))
PATHS = ("/v1/visit-rates", "/v1/visit-rates/elders?in=due", "/v1/worklist", "/v1/obligations")
RATES = ("visit_rate", "frequency_rate", "obligation_rate", "contact_rate")


def on(clock: Clock, day: date) -> None:
    clock.now = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)


async def rates(client: httpx.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get("/v1/visit-rates", params=asked)
    assert answer.status_code == 200, answer.text
    figures: dict[str, Any] = answer.json()
    return figures


async def behind(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/visit-rates/elders", params={"month": "2026-11", **asked})
    assert answer.status_code == 200, answer.text
    lines: list[dict[str, Any]] = answer.json()["data"]
    return lines


def three_villages() -> list[ElderFacts]:
    return [
        priority(visit(3), visit(20)),
        priority(visit(3), village=SIBLING_VILLAGE),
        general(village=SIBLING_VILLAGE, suspensions=(away(1, 30),)),
        general(visit(9), village=OTHER_VILLAGE),
        general(village=OTHER_VILLAGE),
        general(stints=(), tiers=(), village=OTHER_VILLAGE),
    ]


def added(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in NAMES}


@pytest.fixture
async def settlement(service: Service, clock: Clock) -> list[ElderFacts]:
    people = three_villages()
    await settled(service, people, tracking=date(2026, 10, 1))
    on(clock, date(2026, 12, 3))
    return people


@pytest.mark.usefixtures("settlement")
@promise("P27")
async def test_villages_townships_and_tiers_add_up_to_the_district(client_of: ClientOf) -> None:
    supervisor = await client_of(a_supervisor())
    for by, rows in (("village", 200), ("township", 13), ("tier", 3)):
        figures = await rates(supervisor, month="2026-11", by=by)
        assert added(figures["rows"]) == {name: figures["total"][name] for name in NAMES}
        assert len(figures["rows"]) == rows
    assert (figures["total"]["due_elders"], figures["total"]["visit_rate"]) == (4, "75.00")
    assert [(row["key"], row["name"]) for row in figures["rows"]] == [
        ("priority", "重点对象"),
        ("general", "一般对象"),
        ("none", "尚未分类"),
    ]


@pytest.mark.usefixtures("settlement")
async def test_everybody_sees_the_own_area(client_of: ClientOf) -> None:
    instructor, liaison = await client_of(an_instructor()), await client_of(a_liaison(SIBLING_VILLAGE))

    township = await rates(instructor, month="2026-11", by="township")
    assert [(row["key"], row["name"], row["due_elders"]) for row in township["rows"]] == [(TOWNSHIP, "江口镇", 2)]
    village = await rates(liaison, month="2026-11", by="township")
    assert [(row["key"], row["due_elders"]) for row in village["rows"]] == [(SIBLING_VILLAGE, 1)]
    part = await rates(instructor, month="2026-11", area=VILLAGE)
    assert (len(part["rows"]), part["total"]["due_elders"]) == (1, 1)


@pytest.mark.parametrize(
    "path", ["/v1/visit-rates", "/v1/visit-rates/elders?in=due", "/v1/worklist", "/v1/obligations"]
)
async def test_an_area_outside_ones_own_is_as_unknown(path: str, service: Service, client_of: ClientOf) -> None:
    await settled(service, [])
    instructor = await client_of(an_instructor())
    asked = f"{path}{'&' if '?' in path else '?'}area="
    for area in (OTHER_TOWNSHIP, DISTRICT, "350304"):
        assert (await instructor.get(asked + area)).status_code == 404
    assert (await instructor.get(asked + VILLAGE)).status_code == 200


@pytest.mark.usefixtures("settlement")
async def test_a_running_month_has_progress_instead_of_rates(client_of: ClientOf, clock: Clock) -> None:
    on(clock, nov(14))
    supervisor = await client_of(a_supervisor())

    running = await rates(supervisor)
    assert (running["month"], running["state"], running["total"]["elapsed"]) == ("2026-11", "running", "46.67")
    assert running["total"]["progress"] == "66.67"
    assert [running["total"][name] for name in RATES] == [None] * 4
    ahead = await rates(supervisor, month="2026-12")
    assert (ahead["state"], ahead["total"]["elapsed"], ahead["total"]["due_elders"]) == ("running", "0.00", 5)

    on(clock, date(2026, 12, 1))
    ended = await rates(await client_of(a_supervisor()), month="2026-11")
    assert (ended["state"], ended["total"]["progress"], ended["total"]["elapsed"]) == ("open", None, None)
    assert (ended["total"]["frozen"], ended["total"]["restated"]) == (None, None)


@pytest.mark.usefixtures("settlement")
async def test_units_that_miss_the_target_are_flagged_once_the_month_has_ended(
    client_of: ClientOf, clock: Clock
) -> None:
    supervisor = await client_of(a_supervisor())
    figures = await rates(supervisor, month="2026-11")
    below = {row["key"]: row["below_target"] for row in figures["rows"] if row["below_target"] is not None}
    assert below == {VILLAGE: False, SIBLING_VILLAGE: False, OTHER_VILLAGE: True}
    assert figures["total"]["below_target"] is True

    on(clock, nov(14))
    running = await rates(await client_of(a_supervisor()), month="2026-11")
    assert {row["below_target"] for row in running["rows"]} == {None}


@pytest.mark.usefixtures("settlement")
async def test_before_tracking_there_is_nothing_and_nothing_is_planned(service: Service, client_of: ClientOf) -> None:
    figures = await rates(await client_of(a_supervisor()), month="2026-09")
    assert (figures["state"], figures["total"]["due_elders"], figures["total"]["visit_rate"]) == (
        "not_tracked",
        0,
        None,
    )
    async with as_system(service, writes=False) as registers:
        assert await registers.plans.noted() == []


async def test_figures_reach_to_the_next_month(service: Service, client_of: ClientOf) -> None:
    await settled(service, [])
    supervisor = await client_of(a_supervisor())
    refused = await supervisor.get("/v1/visit-rates", params={"month": "2027-01"})
    assert (refused.status_code, refused.json()["code"]) == (422, "month_too_far_ahead")


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=0000-01", "by=weekday", "area=3503", "by=tier&by=village", "of=all"]
)
async def test_what_cannot_be_asked_is_refused(query: str, service: Service, client_of: ClientOf) -> None:
    refused = await (await client_of(a_supervisor())).get(f"/v1/visit-rates?{query}")
    assert refused.status_code in (400, 422)


async def test_a_dashboard_sees_totals_without_small_cells(service: Service, client_of: ClientOf, clock: Clock) -> None:
    await settled(service, [*(general(visit(8)) for _ in range(10)), *(general() for _ in range(3))])
    on(clock, date(2026, 12, 3))
    dashboard = await client_of(a_dashboard())

    figures = await rates(dashboard, month="2026-11", by="tier")
    assert (figures["total"]["due_elders"], figures["total"]["visited_home"]) == (13, 10)
    assert (figures["total"]["visit_rate"], figures["total"]["exited"]) == ("76.92", 0)
    few = [general(visit(8), village=OTHER_VILLAGE) for _ in range(4)]
    await settled(service, [general(village=OTHER_VILLAGE), *few])
    async with as_system(service) as registers:
        await registers.policies.forget_plans(DISTRICT)
    hidden = (await rates(dashboard, month="2026-11", area=OTHER_VILLAGE))["total"]
    assert (hidden["due_elders"], hidden["visited_home"], hidden["visit_rate"]) == (5, None, None)
    assert (await dashboard.get("/v1/visit-rates/elders?in=due")).status_code == 403


@pytest.mark.usefixtures("settlement")
async def test_who_may_not_read_rates_is_refused(client_of: ClientOf) -> None:
    auditor = await client_of(an_auditor())
    for path in PATHS:
        assert (await auditor.get(path)).status_code == 403


@pytest.mark.usefixtures("settlement")
async def test_every_count_has_names_behind_it(client_of: ClientOf) -> None:
    supervisor = await client_of(a_supervisor())
    assert {group.value for group in Group} == {*COUNTS, "unvisited", "incomplete"}
    total = (await rates(supervisor, month="2026-11"))["total"]
    of_records_and_periods = {"obligations", "obligations_met", "excused", "late", "voided"}
    for group in sorted(set(COUNTS) - of_records_and_periods):
        shown = total["due_elders" if group == "due" else group]
        assert len(await behind(supervisor, **{"in": group})) == shown, group


async def test_the_names_are_those_whom_the_figure_counts(settlement: list[ElderFacts], client_of: ClientOf) -> None:
    full, half, _, _, unseen, _ = (str(facts.elder_id) for facts in settlement)
    supervisor = await client_of(a_supervisor())

    async def ids(**asked: Any) -> set[str]:
        return {line["elder"]["id"] for line in await behind(supervisor, **asked)}

    assert await ids(**{"in": "unvisited"}) == {unseen}
    assert await ids(**{"in": "incomplete"}) == {half, unseen}
    assert await ids(**{"in": "due", "tier": "priority"}) == {full, half}
    assert await ids(**{"in": "due", "area": OTHER_TOWNSHIP, "tier": "priority"}) == set()
    assert await ids(**{"in": "due", "category": "kinless"}) == set()


async def test_names_come_page_by_page(settlement: list[ElderFacts], client_of: ClientOf) -> None:
    supervisor = await client_of(a_supervisor())
    asked: dict[str, Any] = {"month": "2026-11", "in": "due", "page_size": 1}
    seen: list[str] = []
    page = (await supervisor.get("/v1/visit-rates/elders", params=asked)).json()
    while True:
        seen += [line["elder"]["id"] for line in page["data"]]
        if not page["has_more"]:
            break
        next_page = {**asked, "page_token": page["next_page_token"]}
        page = (await supervisor.get("/v1/visit-rates/elders", params=next_page)).json()
    assert len(seen) == len(set(seen)) == 4

    other_filter = {**asked, "in": "unvisited", "page_token": page["next_page_token"] or "x"}
    refused = await supervisor.get("/v1/visit-rates/elders", params=other_filter)
    assert (refused.status_code, refused.json()["code"]) == (400, "page_token_invalid")


async def test_of_a_former_resident_only_number_and_tier_show(
    service: Service, client_of: ClientOf, clock: Clock
) -> None:
    moved = general(
        village=OTHER_VILLAGE, residences=(Residence(date(2023, 8, 1), VILLAGE), Residence(nov(20), OTHER_VILLAGE))
    )
    await settled(service, [moved])
    on(clock, date(2026, 12, 3))
    supervisor, liaison = await client_of(a_supervisor()), await client_of(a_liaison(VILLAGE))
    assert (await rates(supervisor, month="2026-11"))["total"]["due_elders"] == 1

    [line] = await behind(liaison, **{"in": "unvisited"})
    known = (await behind(supervisor, **{"in": "unvisited"}))[0]["elder"]
    assert known["village"] == OTHER_VILLAGE
    assert known["name"]
    assert line["elder"] == {
        "id": str(moved.elder_id),
        "short_no": known["short_no"],
        "name": None,
        "village": None,
        "village_name": None,
        "former_resident": True,
    }
    assert line["tier"] == "general"
    [owed] = (await liaison.get("/v1/obligations", params={"month": "2026-11"})).json()["data"]
    assert (owed["elder"]["name"], owed["state"], owed["counted_village"]) == (None, "missed", VILLAGE)


async def test_categories_overlap_and_tiers_do_not(service: Service, client_of: ClientOf, clock: Clock) -> None:
    elder = priority(visit(3), visit(20), tiers=(TierOfDuty(date(2000, 1, 1), Tier.PRIORITY),))
    await settled(service, [elder])
    await categorised(service, elder, kinless=date(2023, 8, 1), living_alone=date(2023, 8, 1))
    on(clock, date(2026, 12, 3))
    supervisor = await client_of(a_supervisor())

    by_category = await rates(supervisor, month="2026-11", by="category")
    assert {row["key"]: row["due_elders"] for row in by_category["rows"] if row["due_elders"]} == {
        "kinless": 1,
        "living_alone": 1,
    }
    assert (len(by_category["rows"]), by_category["total"]["due_elders"]) == (7, 1)
    assert len(await behind(supervisor, **{"in": "due", "category": "living_alone"})) == 1
