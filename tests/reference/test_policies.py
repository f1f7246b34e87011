"""The policy is dated data: new versions hold from next month on, and never change what was judged."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from api.deps import Service
from api.domain.months import Month
from api.jobs.worker import Worker
from api.store.tables import MonthPlan, table_of
from api.usecases.founding import found
from tests.builders import (
    DISTRICT,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    a_dashboard,
    a_liaison,
    a_supervisor,
    an_admin,
    an_instructor,
)
from tests.conftest import Clock
from tests.populations import as_system, planned

NEXT_MONTH = "2026-12-01"  # the clock stands at 3 November 2026


@pytest.fixture(autouse=True)
async def divisions(service: Service) -> None:
    await found(service.store, DISTRICT)


def a_version(**changes: Any) -> dict[str, Any]:
    return {"area": DISTRICT, "version": "试行办法", "valid_from": NEXT_MONTH, **changes}


async def publish(client: Any, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/policy/versions", json=a_version(**changes))
    assert answer.status_code == 201, answer.text
    published: dict[str, Any] = answer.json()
    return published


async def in_force(service: Service, village: str, day: date) -> Any:
    async with as_system(service, writes=False) as registers:
        return (await registers.places.book_for(village)).on(day)


async def test_the_plan_itself_is_in_force_from_the_start(client_of: Any) -> None:
    for person in (a_dashboard(), an_admin(), a_liaison()):
        client = await client_of(person)
        policy = (await client.get("/v1/policy")).json()
        assert (policy["version"], policy["valid_from"]) == ("涵民〔2023〕53号", "2023-07-03")
        assert policy["frequencies"]["priority"] == {
            "period": "half_month",
            "days": None,
            "min_visits": 1,
            "methods": ["home"],
            "places": ["home", "relative_home", "shelter"],
        }
        assert policy["numbers"]["advanced_age"] == 80
        assert policy["gap_reminder_days"] == {"priority": 20, "general": 45}
        assert policy["tracking_starts_on"] is None


async def test_a_version_says_what_changes_and_keeps_the_rest(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    published = await publish(
        client,
        numbers={"due_soon_days": 3},
        gap_reminder_days={"general": 40},
        frequencies={"general": {"period": "week"}},
    )
    assert published["numbers"]["due_soon_days"] == 3
    assert published["numbers"]["advanced_age"] == 80
    assert published["gap_reminder_days"] == {"priority": 20, "general": 40}
    assert published["frequencies"]["general"]["period"] == "week"
    assert published["frequencies"]["priority"]["period"] == "half_month"
    assert published["area"] == DISTRICT


async def test_a_version_builds_on_the_one_before_it(client_of: Any, clock: Clock) -> None:
    client = await client_of(a_supervisor())
    await publish(client, numbers={"due_soon_days": 3})
    later = await publish(client, valid_from="2027-01-01", numbers={"late_entry_days": 9})
    assert (later["numbers"]["due_soon_days"], later["numbers"]["late_entry_days"]) == (3, 9)


async def test_a_version_holds_from_its_day_on(client_of: Any, service: Service, clock: Clock) -> None:
    client = await client_of(a_supervisor())
    await publish(client, numbers={"due_soon_days": 3})
    assert (await client.get("/v1/policy")).json()["numbers"]["due_soon_days"] == 5

    assert (await in_force(service, VILLAGE, date(2026, 11, 30))).due_soon_days == 5
    assert (await in_force(service, VILLAGE, date(2026, 12, 1))).due_soon_days == 3


async def test_the_last_word_for_a_day_stands(client_of: Any, service: Service) -> None:
    client = await client_of(a_supervisor())
    await publish(client, version="错", numbers={"due_soon_days": 30})
    await publish(client, version="对", numbers={"due_soon_days": 4})
    assert (await in_force(service, VILLAGE, date(2026, 12, 1))).version == "对"


async def test_a_township_with_its_own_version_leaves_the_district_s(client_of: Any, service: Service) -> None:
    client = await client_of(a_supervisor())
    await publish(client, version="区", numbers={"due_soon_days": 3})
    await publish(client, version="镇", area=TOWNSHIP, valid_from="2027-01-01", numbers={"late_entry_days": 9})
    await publish(client, version="区二", valid_from="2027-02-01", numbers={"due_soon_days": 2})

    december, march = date(2026, 12, 15), date(2027, 3, 1)
    assert (await in_force(service, VILLAGE, date(2026, 11, 15))).version == "涵民〔2023〕53号"
    assert (await in_force(service, VILLAGE, december)).version == "区"
    assert (await in_force(service, VILLAGE, march)).version == "镇"
    assert (await in_force(service, f"{OTHER_TOWNSHIP}201", march)).version == "区二"


async def test_the_versions_of_an_area_are_listed_by_their_first_day(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    await publish(client, version="区", valid_from="2027-01-01")
    await publish(client, version="镇", area=TOWNSHIP)
    await publish(client, version="别镇", area=OTHER_TOWNSHIP)

    listed = (await client.get(f"/v1/policy/versions?area={TOWNSHIP}")).json()["data"]
    assert [(each["version"], each["area"]) for each in listed] == [
        ("涵民〔2023〕53号", None),
        ("镇", TOWNSHIP),
        ("区", DISTRICT),
    ]
    assert listed[0]["created_at"] is None
    assert listed[1]["created_by"] is not None


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-30"])
async def test_what_is_counted_already_is_not_changed(client_of: Any, day: str) -> None:
    client = await client_of(a_supervisor())
    answer = await client.post("/v1/policy/versions", json=a_version(valid_from=day))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == ("policy_changes_the_past", "/valid_from")
    assert error["params"] == {"earliest": NEXT_MONTH}


async def test_an_area_that_is_not_tracked_yet_has_no_past(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    await client.put("/v1/policy/tracking", json={"area": DISTRICT, "starts_on": "2026-11-16"})
    await publish(client, valid_from="2026-11-10")


async def test_a_part_that_is_tracked_has_a_past(client_of: Any) -> None:
    client = await client_of(a_supervisor())
    await client.put("/v1/policy/tracking", json={"area": DISTRICT, "starts_on": "2027-01-01"})
    await client.put("/v1/policy/tracking", json={"area": TOWNSHIP, "starts_on": "2026-10-01"})
    answer = await client.post("/v1/policy/versions", json=a_version(valid_from="2026-11-10"))
    assert answer.json()["code"] == "policy_changes_the_past"
    await publish(client, area=OTHER_TOWNSHIP, valid_from="2026-11-10")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"area": "350304"}, "/area", "division_unknown"),
        ({"area": f"{TOWNSHIP}999"}, "/area", "division_unknown"),
        ({"numbers": {"impaired_min_level": 5}}, "/numbers/impaired_min_level", "value_out_of_range"),
        ({"numbers": {"due_soon_days": True}}, "/numbers/due_soon_days", "value_type"),
        ({"numbers": {"shoe_size": 40}}, "/numbers/shoe_size", "field_unknown"),
        ({"frequencies": {"general": {"period": "days"}}}, "/frequencies/general/days", "days_of_a_period"),
        ({"frequencies": {"general": {"period": "week", "days": 7}}}, "/frequencies/general/days", "days_of_a_period"),
        (
            {"frequencies": {"priority": {"period": "days", "days": 2, "min_visits": 2}}},
            "/frequencies/priority/min_visits",
            "visits_exceed_days",
        ),
        ({"frequencies": {"priority": {"period": "year"}}}, "/frequencies/priority/period", "value_not_listed"),
        ({"version": ""}, "/version", "value_too_short"),
    ],
)
async def test_a_version_that_cannot_be_is_refused(
    client_of: Any, changes: dict[str, Any], pointer: str, code: str
) -> None:
    client = await client_of(a_supervisor())
    answer = await client.post("/v1/policy/versions", json=a_version(**changes))
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("person", [an_instructor(), a_liaison(), an_admin(), a_dashboard()])
async def test_only_the_district_sets_the_policy(client_of: Any, person: Any) -> None:
    client = await client_of(person)
    tracking = {"area": TOWNSHIP, "starts_on": NEXT_MONTH}
    assert (await client.post("/v1/policy/versions", json=a_version())).status_code == 403
    assert (await client.put("/v1/policy/tracking", json=tracking)).status_code == 403
    assert (await client.post("/v1/policy/simulate", json={"numbers": {}})).status_code == 403


async def test_a_policy_is_asked_for_by_a_code_that_exists(client_of: Any) -> None:
    client = await client_of(a_liaison())
    assert (await client.get(f"/v1/policy?area={OTHER_TOWNSHIP}")).status_code == 200
    for path in ("/v1/policy", "/v1/policy/versions"):
        assert (await client.get(f"{path}?area=350304")).status_code == 404


# --- what follows -------------------------------------------------------------------------------------


async def months_planned(service: Service, area: str) -> set[str]:
    async with as_system(service, writes=False) as registers:
        plans = table_of(MonthPlan).c
        rows = await registers.desk.session.execute(select(plans.village, plans.month))
        return {row.month for row in rows if row.village.startswith(area)}


async def test_months_under_a_new_version_are_planned_anew(client_of: Any, service: Service) -> None:
    months = [Month(2026, 11), Month(2026, 12), Month(2027, 1)]
    await planned(service, *months)
    client = await client_of(a_supervisor())
    await publish(client, area=TOWNSHIP)
    assert await months_planned(service, TOWNSHIP) == {"2026-11"}
    assert await months_planned(service, OTHER_TOWNSHIP) == set(map(str, months))

    await Worker(service).step()
    while await Worker(service).step():
        pass
    assert await months_planned(service, TOWNSHIP) == {"2026-11", "2026-12"}


async def test_a_new_start_of_tracking_has_every_month_planned_anew(client_of: Any, service: Service) -> None:
    await planned(service, Month(2026, 10), Month(2026, 11))
    client = await client_of(a_supervisor())
    answer = await client.put("/v1/policy/tracking", json={"area": DISTRICT, "starts_on": "2026-11-01"})
    assert (answer.status_code, answer.json()) == (200, {"area": DISTRICT, "tracking_starts_on": "2026-11-01"})
    assert await months_planned(service, DISTRICT) == set()
    assert (await client.get(f"/v1/policy?area={VILLAGE}")).json()["tracking_starts_on"] == "2026-11-01"
