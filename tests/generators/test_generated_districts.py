"""Other districts' files: made for a seed, with an answer that was counted by other means."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.deps import Service
from api.usecases.founding import found
from tests.builders import DISTRICT, a_supervisor
from tests.conftest import ClientOf, Clock
from tests.generators.district import FIGURES, District, a_district
from tests.generators.papers import month_file, roll_file
from tests.imports.sending import CSV, XLSX


async def sent(client: httpx.AsyncClient, path: str, content: bytes, kind: str, **params: str) -> dict[str, Any]:
    answer = await client.post(path, params=params, content=content, headers={"content-type": kind})
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    return report


def refusals(report: dict[str, Any]) -> Counter[str]:
    return Counter(item["errors"][0]["code"] for item in report["items"] if item["errors"])


@pytest.mark.parametrize("seed", range(10))
async def test_the_figures_of_any_district_are_those_counted_by_hand(
    seed: int, service: Service, client_of: ClientOf, clock: Clock
) -> None:
    district = a_district(seed)
    clock.now = datetime(district.today.year, district.today.month, district.today.day, 4, 0, tzinfo=UTC)
    await found(service.store, DISTRICT)
    supervisor = await client_of(a_supervisor())

    taken_as = {"status": "confirmed", "tracking_starts_on": district.tracking.isoformat()}
    roll = await sent(supervisor, "/v1/elder-imports", roll_file(district, seed), XLSX, **taken_as)
    assert refusals(roll) == district.refusals()
    assert roll["stats"]["created"] == len(district.good)

    month = await sent(supervisor, "/v1/visit-imports", month_file(district, seed), CSV)
    assert month["stats"]["created"] == len(district.visits), [i for i in month["items"] if i["errors"]][:3]
    assert refusals(month) == {"elder_unknown": len(district.strangers)}

    rates = (await supervisor.get("/v1/visit-rates", params={"month": district.month})).json()
    by_village = district.figures()
    assert shown(rates["total"]) == {name: sum(each[name] for each in by_village.values()) for name in FIGURES}
    assert {row["key"]: shown(row) for row in rates["rows"] if any(shown(row).values())} == {
        code: {name: counts[name] for name in FIGURES} for code, counts in by_village.items() if counts
    }


def shown(figures: dict[str, Any]) -> dict[str, int]:
    return {name: figures[name] for name in FIGURES}


def test_the_generated_districts_are_worth_counting() -> None:
    """Every seed has something to miss, to meet and to tell apart."""
    districts = [a_district(seed) for seed in range(10)]
    totals = [sum(district.figures().values(), Counter()) for district in districts]
    for total in totals:
        assert 0 < total["fully_compliant"] <= total["visited_home"] < total["due_elders"] <= total["obligations"]
    assert any(total["fully_compliant"] < total["visited_home"] for total in totals)
    assert any(total["visited_any"] > total["visited_home"] for total in totals)
    assert any(_turned_within(district) for district in districts)


def _turned_within(district: District) -> bool:
    return any(person.urgent_on(district.days[-1]) != person.urgent_on(district.days[0]) for person in district.good)
