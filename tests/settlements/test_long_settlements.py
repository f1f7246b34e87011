"""A month with very many visits is computed by a job, while everybody else goes on writing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.jobs import settlements as jobs
from api.jobs.worker import DAILY, HANDLERS, Worker
from api.usecases import settlements
from tests.settlements.purchases import HOME, Purchases


@pytest.fixture(autouse=True)
def any_number_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settlements, "MOST_AT_ONCE", -1)


async def asked(purchases: Purchases, provider: str, month: str) -> str:
    """Where the job is that computes a month."""
    answer = await purchases.says(purchases.supervisor, f"/v1/providers/{provider}/settlements", month=month)
    place = answer.headers["location"]
    assert (answer.status_code, place) == (202, f"/v1/jobs/{answer.json()['id']}")
    return str(place)


async def result(purchases: Purchases, place: str) -> tuple[str, dict[str, Any]]:
    """How the job stands once the worker has nothing left to do."""

    async def nothing(*_: object) -> dict[str, Any]:
        return {}

    worker = Worker(purchases.service, {**HANDLERS, **dict.fromkeys(DAILY, nothing)})
    while await worker.step():
        pass
    job = (await purchases.reads(purchases.supervisor, place)).json()
    return job["state"], job["result"]


async def two_visits(purchases: Purchases) -> str:
    purchases.on("2026-11-30")
    provider, elder = await purchases.provider(HOME), await purchases.elder()
    for day in ("2026-11-02", "2026-11-20"):
        await purchases.visited(provider, elder, day)
    purchases.on("2026-12-01")
    return provider


async def test_the_job_says_what_the_month_comes_to_and_the_month_is_there(purchases: Purchases) -> None:
    provider = await two_visits(purchases)
    place = await asked(purchases, provider, "2026-11")
    said = {"month": "2026-11", "amount": 8000, "line_count": 2}
    assert await result(purchases, place) == ("done", said)
    assert [amount for _, amount, _ in await purchases.told(provider, "2026-11")] == [4000, 4000]
    assert await result(purchases, await asked(purchases, provider, "2026-11")) == ("done", said)
    shown = (await purchases.reads(purchases.supervisor, f"/v1/providers/{provider}/settlements/2026-11")).json()
    assert (shown["state"], shown["amount"], shown["version"]) == ("proposed", 8000, 2)


async def test_a_month_that_was_closed_before_its_turn_is_refused_in_the_result(
    purchases: Purchases, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = await two_visits(purchases)
    first, second = [await asked(purchases, provider, "2026-11") for _ in range(2)]
    propose = settlements.propose_apart

    async def then_close(*given: Any) -> Any:
        row = await propose(*given)
        await purchases.does(purchases.supervisor, f"/v1/providers/{provider}/settlements/2026-11/close")
        return row

    monkeypatch.setattr(jobs, "propose_apart", then_close)
    assert (await result(purchases, first))[1]["amount"] == 8000
    assert await result(purchases, second) == ("done", {"refused": "wrong_state"})


async def test_what_is_closed_while_it_is_computed_is_looked_at_anew(
    purchases: Purchases, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = await two_visits(purchases)
    await result(purchases, await asked(purchases, provider, "2026-10"))
    compute: Callable[..., Awaitable[Any]] = settlements._compute
    computed: list[Any] = []

    async def and_close(*given: Any) -> Any:
        computed.append(await compute(*given))
        if len(computed) == 1:
            await purchases.does(purchases.supervisor, f"/v1/providers/{provider}/settlements/2026-10/close")
        return computed[-1]

    monkeypatch.setattr(settlements, "_compute", and_close)
    state, said = await result(purchases, await asked(purchases, provider, "2026-11"))
    assert (state, said["amount"], len(computed)) == ("done", 8000, 2)
