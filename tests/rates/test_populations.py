"""The eighteen populations through the API, on the third of the month that follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api.deps import Service
from api.domain.facts import ElderFacts
from api.domain.months import Month
from tests.builders import SIBLING_VILLAGE, VILLAGE, a_supervisor
from tests.conftest import ClientOf, Clock
from tests.domain.duties import general, visit
from tests.domain.test_rates import POPULATIONS, people
from tests.populations import settled

COUNTS = {
    "due_elders": "due_elders",
    "visited_home": "visited_home",
    "visited_any_mode": "visited_any",
    "fully_compliant": "fully_compliant",
    "obligations": "obligations",
    "obligations_met": "obligations_met",
    "R1_monthly_visit_rate": "visit_rate",
    "R2_frequency_compliance": "frequency_rate",
    "R2b_obligation_completion": "obligation_rate",
    "R3_any_mode_rate": "contact_rate",
}


def population(case: dict[str, Any]) -> Iterator[tuple[str, ElderFacts]]:
    """Names and people; of the fifteenth, ``a`` and ``b`` are two villages."""
    for name, facts in people(case):
        yield name, replace(facts, village=SIBLING_VILLAGE if name.startswith("b") else VILLAGE)


async def the_third_of_the_next_month(clock: Clock, month: Month) -> None:
    first = month.next().first
    clock.now = datetime(first.year, first.month, 3, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("case", [c for c in POPULATIONS if c["no"] != 14], ids=lambda case: str(case["no"]))
async def test_the_api_answers_the_populations_figures(
    case: dict[str, Any], service: Service, client_of: ClientOf, clock: Clock
) -> None:
    named, expected = dict(population(case)), case["expected"]
    await the_third_of_the_next_month(clock, Month.parse(case["month"]))
    await settled(service, list(named.values()))
    supervisor = await client_of(a_supervisor())

    answer = await supervisor.get("/v1/visit-rates", params={"month": case["month"]})

    assert answer.status_code == 200, answer.text
    total = answer.json()["total"]
    assert {told: total[shown] for told, shown in COUNTS.items()} == {t: expected[t] for t in COUNTS}
    assert answer.json()["state"] == "open"
    names = {str(facts.elder_id): name for name, facts in named.items()}
    missed = await supervisor.get(
        "/v1/obligations", params={"month": case["month"], "state": "missed", "page_size": 200}
    )
    assert {f"{names[o['elder']['id']]}:{o['period'][8:]}" for o in missed.json()["data"]} == set(expected["missed"])
    due = await supervisor.get("/v1/visit-rates/elders", params={"month": case["month"], "in": "due", "page_size": 200})
    assert set(names.values()) - {names[line["elder"]["id"]] for line in due.json()["data"]} == set(expected["not_due"])


async def test_one_unvisited_among_many_never_shows_as_all(service: Service, client_of: ClientOf, clock: Clock) -> None:
    month = Month(2026, 11)
    await the_third_of_the_next_month(clock, month)
    await settled(service, [*(general(visit(8)) for _ in range(199)), general()])
    supervisor = await client_of(a_supervisor())

    total = (await supervisor.get("/v1/visit-rates", params={"month": "2026-11"})).json()["total"]

    assert (total["due_elders"], total["visited_home"], total["visit_rate"]) == (200, 199, "99.50")
