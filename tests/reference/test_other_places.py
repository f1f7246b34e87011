"""Other places' rules, published as versions over HTTP, are judged right from their first day on."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT, a_liaison, a_supervisor
from tests.conftest import Clock
from tests.elders_on_duty import an_elder_on_duty
from tests.visits.test_intake import a_visit

ANY_MODE = ["home", "phone", "online", "remote_monitoring"]
QINGHAI = {tier: {"period": "month", "methods": ANY_MODE} for tier in ("priority", "general")}
WEIHAI = {"priority": {"period": "days", "days": 2, "methods": ["home", "phone"]}, "general": None}
XUHUI = {"priority": {"period": "days", "days": 3, "methods": ["phone"]}, "general": None}


@pytest.fixture
def published(service: Service, client_of: Any, clock: Clock) -> Any:
    """``await published(frequencies)``: a liaison's client in December, under that version."""

    async def publish(frequencies: dict[str, Any]) -> Any:
        await found(service.store, DISTRICT)
        supervisor = await client_of(a_supervisor())
        version = {"area": DISTRICT, "version": "借鉴外地", "valid_from": "2026-12-01", "frequencies": frequencies}
        answer = await supervisor.post("/v1/policy/versions", json=version)
        assert answer.status_code == 201, answer.text
        clock.now = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
        return await client_of(a_liaison())

    return publish


def call(elder_id: object, day: int, method: str = "phone") -> dict[str, Any]:
    """A completed contact of December by another way than coming home."""
    at_home = ("gas_safety", "plumbing_safety", "power_safety", "personal_hygiene", "home_hygiene", "indoor")
    return a_visit(
        elder_id,
        method=method,
        place="home",
        started_at=f"2026-12-{day:02}T09:00:00+08:00",
        ended_at=f"2026-12-{day:02}T09:10:00+08:00",
        worker_signature=None,
        elder_signature=None,
        **dict.fromkeys(at_home),
    )


def home(elder_id: object, day: int) -> dict[str, Any]:
    return a_visit(elder_id, started_at=f"2026-12-{day:02}T09:00:00+08:00", ended_at=f"2026-12-{day:02}T09:30:00+08:00")


async def credit(client: Any, visit: dict[str, Any]) -> Any:
    """The periods a visit counts toward, or why it counts for none."""
    answer = await client.post("/v1/visits", json=visit)
    assert answer.status_code == 201, answer.text
    item = answer.json()
    return item["not_counted"] or [each["period"] for each in item["counts_toward"] if each["counted"]]


async def figures(client: Any, month: str) -> dict[str, Any]:
    total: dict[str, Any] = (await client.get(f"/v1/visit-rates?month={month}")).json()["total"]
    return total


@pytest.mark.parametrize("method", ["phone", "online", "remote_monitoring"])
async def test_in_qinghai_any_mode_meets_the_month(service: Service, published: Any, method: str) -> None:
    liaison = await published(QINGHAI)
    elder_id = await an_elder_on_duty(service, tier="priority")
    assert await credit(liaison, call(elder_id, 9, method)) == ["2026-12-M"]
    total = await figures(liaison, "2026-12")
    assert (total["obligations"], total["obligations_met"], total["visited_home"]) == (1, 1, 1)


async def test_in_weihai_a_visit_or_a_call_is_owed_every_two_days(service: Service, published: Any) -> None:
    liaison = await published(WEIHAI)
    elder_id = await an_elder_on_duty(service, tier="priority")
    assert await credit(liaison, call(elder_id, 1)) == ["2026-12-D01"]
    assert await credit(liaison, home(elder_id, 3)) == ["2026-12-D03"]
    assert await credit(liaison, home(elder_id, 4)) == "already_met"
    total = await figures(liaison, "2026-12")
    assert (total["obligations"], total["obligations_met"]) == (16, 2)


async def test_in_weihai_who_is_not_named_owes_nothing(service: Service, published: Any) -> None:
    liaison = await published(WEIHAI)
    elder_id = await an_elder_on_duty(service, tier="general")
    assert await credit(liaison, home(elder_id, 4)) == "nothing_due"
    assert (await figures(liaison, "2026-12"))["obligations"] == 0


async def test_in_xuhui_only_the_call_counts(service: Service, published: Any) -> None:
    liaison = await published(XUHUI)
    elder_id = await an_elder_on_duty(service, tier="priority")
    assert await credit(liaison, home(elder_id, 2)) == "not_home"
    assert await credit(liaison, call(elder_id, 3)) == ["2026-12-D01"]
    total = await figures(liaison, "2026-12")
    assert (total["obligations"], total["obligations_met"]) == (11, 1)


async def test_the_month_before_stays_under_the_plan(service: Service, published: Any) -> None:
    liaison = await published(QINGHAI)
    elder_id = await an_elder_on_duty(service, tier="priority")
    assert await credit(liaison, a_visit(elder_id)) == ["2026-11-H1"]
    total = await figures(liaison, "2026-11")
    assert (total["obligations"], total["obligations_met"]) == (2, 1)
