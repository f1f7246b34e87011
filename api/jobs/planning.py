"""Once a day: the coming month is planned, and files take the state that the new day gives them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from api.domain.access import Actor
from api.domain.months import civil_date
from api.jobs import Workplace
from api.store import Trace
from api.store.tables import Job
from api.usecases.planning import plan_ahead as plan_district_ahead
from api.usecases.refreshing import refresh_states as refresh_states_of


async def plan_ahead(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Plan this month and the next for every village that is not planned yet."""
    planned = await plan_district_ahead(service.store, job.area, civil_date(service.clock()))
    return {"village_months": planned}


async def refresh_states(service: Workplace, job: Job) -> Mapping[str, Any]:
    """What begins or ends today shows in the files; the number of files by kind of change."""
    actor = Actor.system(job.area, "states of the new day")
    trace = Trace(operation="refresh_states", request_id=str(job.id), source="worker")
    async with service.store.opened(actor, trace, writes=True) as registers:
        refreshed = await refresh_states_of(registers, civil_date(service.clock()))
    return asdict(refreshed)
