"""A file that brought too much to be taken back while somebody waits is taken back, part by part."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.domain.access import Actor
from api.jobs import Workplace
from api.store import Trace
from api.store.tables import Job
from api.usecases.on_behalf import asker_of
from api.usecases.rollbacks import give_up, roll_back_by_parts


async def take_back_file(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Take the file back for whoever asked; what became of it, and how many rows were in the way."""
    actor = asker_of(job, "a file that is taken back")
    report = await roll_back_by_parts(service.store, actor, lambda: _trace(job), UUID(job.payload["import_id"]))
    return {"state": report.state, "rows": report.brought, "in_the_way": len(report.problems)}


async def give_up_rollback(service: Workplace, job: Job) -> Mapping[str, Any]:
    """Say of a file whose job is dead that it is taken back in part, and what to do."""
    actor = Actor.system(job.area, "a file whose job is dead")
    async with service.store.opened(actor, _trace(job), writes=True) as registers:
        await give_up(registers, UUID(job.payload["import_id"]))
    return {}


def _trace(job: Job) -> Trace:
    return Trace("roll_back_visit_import", str(job.id), "worker")
