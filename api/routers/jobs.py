"""How far background work has got, for whoever asked for it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from api.deps import MyReading, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems
from api.schemas.jobs import JobOut

router = APIRouter(prefix="/v1/jobs", route_class=Route, tags=["operations"])


@router.get("/{job_id}", responses=problems(404, 422))
async def show_job(
    job_id: UUID, actor: Annotated[Actor, may(Permission.REFERENCE_READ, scope="own")], registers: MyReading
) -> JobOut:
    """A job that I asked for; somebody else's is as unknown."""
    return JobOut.model_validate(await registers.jobs.asked_for(job_id, actor.id))
