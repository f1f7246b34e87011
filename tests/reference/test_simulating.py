"""Trying other numbers first, and what happens on the day they come into force."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.deps import Service
from api.jobs.worker import Worker
from api.usecases.founding import found
from tests.builders import DISTRICT, OTHER_TOWNSHIP, TOWNSHIP, a_supervisor, an_instructor
from tests.conftest import Clock
from tests.elders.forms import a_form


@pytest.fixture
async def supervisor(service: Service, client_of: Any) -> Any:
    await found(service.store, DISTRICT)
    return await client_of(a_supervisor())


async def confirmed(client: Any, **said: Any) -> dict[str, Any]:
    """An elder on duty since 3 November; answers the file."""
    made = await client.post("/v1/elders", json=a_form(categories=None, **said))
    assert made.status_code == 201, made.text
    path = f"/v1/elders/{made.json()['id']}"
    for command, form in (
        ("verify", {}),
        ("consents", {"kind": "service", "word": "given", "by": "self", "on": "2026-11-03"}),
        ("confirm", {}),
    ):
        answer = await client.post(f"{path}/{command}", json=form)
        assert answer.is_success, f"{command}: {answer.text}"
    elder: dict[str, Any] = (await client.get(path)).json()
    return elder


async def test_a_simulation_names_who_would_enter_or_leave(supervisor: Any, client_of: Any) -> None:
    instructor = await client_of(an_instructor())
    mild = await confirmed(instructor, ability={"level": "mild"})
    severe = await confirmed(instructor, ability={"level": "severe"})

    answer = await supervisor.post("/v1/policy/simulate", json={"numbers": {"impaired_min_level": 2}})
    assert answer.status_code == 200, answer.text
    simulation = answer.json()
    assert (simulation["judged"], simulation["on"], simulation["area"]) == (2, "2026-11-03", None)
    impaired = next(each for each in simulation["categories"] if each["category"] == "impaired")
    assert impaired["leaves"] == {"count": 1, "short_nos": [mild["short_no"]]}
    assert impaired["enters"] == {"count": 0, "short_nos": []}
    tiers = {each["tier"]: each for each in simulation["tiers"]}
    assert tiers["general"]["leaves"]["short_nos"] == [mild["short_no"]]
    assert tiers["priority"]["leaves"]["count"] == 0
    assert severe["tier"] == "priority"


async def test_a_simulation_changes_nothing(supervisor: Any, client_of: Any) -> None:
    instructor = await client_of(an_instructor())
    elder = await confirmed(instructor, ability={"level": "mild"})
    await supervisor.post("/v1/policy/simulate", json={"numbers": {"impaired_min_level": 2}})
    assert (await supervisor.get(f"/v1/elders/{elder['id']}")).json()["etag"] == elder["etag"]
    assert (await supervisor.get("/v1/policy")).json()["numbers"]["impaired_min_level"] == 1


async def test_a_simulation_stays_in_its_area_and_its_page(supervisor: Any, client_of: Any) -> None:
    instructor = await client_of(an_instructor())
    for _ in range(2):
        await confirmed(instructor, ability={"level": "mild"})
    form = {"numbers": {"impaired_min_level": 2}, "page_size": 1}

    inside = (await supervisor.post("/v1/policy/simulate", json={**form, "area": TOWNSHIP})).json()
    general = next(each for each in inside["tiers"] if each["tier"] == "general")
    assert (general["leaves"]["count"], len(general["leaves"]["short_nos"])) == (2, 1)
    elsewhere = (await supervisor.post("/v1/policy/simulate", json={**form, "area": OTHER_TOWNSHIP})).json()
    assert elsewhere["judged"] == 0
    assert (await supervisor.post("/v1/policy/simulate", json={**form, "area": "350304"})).status_code == 404


async def test_new_numbers_move_people_on_their_first_day(
    supervisor: Any, client_of: Any, service: Service, clock: Clock
) -> None:
    instructor = await client_of(an_instructor())
    elder = await confirmed(instructor, ability={"level": "moderate"})
    assert elder["tier"] == "priority"
    version = {
        "area": TOWNSHIP,
        "version": "重度以上为重点",
        "valid_from": "2026-12-01",
        "numbers": {"priority_min_ability": 3},
    }
    assert (await supervisor.post("/v1/policy/versions", json=version)).status_code == 201

    await done(service)
    assert (await shown(instructor, elder))["tier"] == "priority"

    clock.now = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    instructor, supervisor = await client_of(an_instructor()), await client_of(a_supervisor())
    await done(service)
    assert (await shown(instructor, elder))["tier"] == "general"
    for month, owed in (("2026-11", 2), ("2026-12", 1)):
        total = (await supervisor.get(f"/v1/visit-rates?month={month}")).json()["total"]
        assert total["obligations"] == owed, month


async def done(service: Service) -> None:
    worker = Worker(service)
    while await worker.step():
        pass


async def shown(client: Any, elder: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.get(f"/v1/elders/{elder['id']}")).json()
    return answer
