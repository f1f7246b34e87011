"""A district's own roll and month, through HTTP: the figures are exactly those of tests/data/README.md."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT, a_supervisor
from tests.conftest import ClientOf, Urls
from tests.fingerprints import fingerprints

DATA = Path(__file__).parent / "data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def supervisor(service: Service, client_of: ClientOf) -> httpx.AsyncClient:
    await found(service.store, DISTRICT)
    return await client_of(a_supervisor())


async def take_in_roll(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(
        "/v1/elder-imports",
        params={"status": "confirmed", "tracking_starts_on": "2026-10-01"},
        content=(DATA / "roll_2026H2.xlsx").read_bytes(),
        headers={"content-type": XLSX},
    )
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def take_in_month(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(
        "/v1/visit-imports",
        content=(DATA / "visits_2026-10.csv").read_bytes(),
        headers={"content-type": "text/csv; charset=utf-8"},
    )
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    return report


def results(report: Mapping[str, Any]) -> dict[str, int]:
    return {name: count for name, count in report["stats"].items() if count}


async def test_the_districts_roll_and_month_give_exactly_its_figures(
    supervisor: httpx.AsyncClient, database: Urls
) -> None:
    roll = await take_in_roll(supervisor)
    assert results(roll) == {"rows": 475, "created": 420, "rejected": 55}
    assert Counter(item["errors"][0]["code"] for item in roll["items"] if item["errors"]) == {
        "id_checksum": 8,
        "id_digits_lost": 9,
        "sex_id_mismatch": 8,
        "under_60": 8,
        "word_confused": 6,
        "village_unknown": 5,
        "name_missing": 5,
        "person_repeated": 6,
    }
    month = await take_in_month(supervisor)
    assert results(month) == {"rows": 549, "created": 549}

    rates = await supervisor.get("/v1/visit-rates", params={"month": "2026-10", "by": "village"})
    assert rates.status_code == 200, rates.text
    total = rates.json()["total"]
    assert {name: total[name] for name in FIGURES} == FIGURES
    for name in FIGURES:
        assert sum(row[name] for row in rates.json()["rows"]) == FIGURES[name]

    before = await fingerprints(database)
    assert results(await take_in_roll(supervisor)) == {"rows": 475, "unchanged": 420, "rejected": 55}
    assert results(await take_in_month(supervisor)) == {"rows": 549, "unchanged": 549}
    assert await fingerprints(database) == before


FIGURES = {
    "due_elders": 410,
    "visited_home": 326,
    "fully_compliant": 253,
    "obligations": 586,
    "obligations_met": 414,
    "visited_any": 363,
}
