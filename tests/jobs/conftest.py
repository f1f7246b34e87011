"""A workplace for workers, and stores of other processes on the same database."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from api.deps import Service
from api.jobs import Workplace
from api.main import service_for
from api.security import Keys
from api.settings import Settings
from api.store.tables import Job
from tests.conftest import Clock


class Recorder:
    """A handler that remembers what it was called for, and fails as often as it is told to."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.done: list[Mapping[str, Any]] = []
        self.calls = 0
        self._failures = failures
        self._error = error or RuntimeError("not yet")

    async def __call__(self, _: Workplace, job: Job) -> Mapping[str, Any]:
        self.calls += 1
        if self.calls <= self._failures:
            raise self._error
        self.done.append(job.payload)
        return {"seen": job.payload.get("number")}


@pytest.fixture
async def another(settings: Settings, keys: Keys, clock: Clock) -> AsyncIterator[Callable[[], Service]]:
    """``another()``: the service as a further process would have it."""
    async with AsyncExitStack() as stack:

        def made() -> Service:
            service = service_for(settings.model_copy(update={"pool_size": 2}), keys, clock)
            stack.push_async_callback(service.store.close)
            return service

        yield made
