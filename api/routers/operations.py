"""Whether the service lives and what it is: health, readiness, version. Open to anybody, no elder data."""

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter

from api.deps import MyService, public
from api.domain.errors import DomainError
from api.route import Route
from api.schemas.operations import HealthOut, VersionOut

router = APIRouter(route_class=Route, tags=["operations"])
Anybody = Annotated[None, public()]


@router.get("/healthz")
async def healthz(_: Anybody) -> HealthOut:
    """Whether the process answers."""
    return HealthOut(status="ok")


@router.get("/readyz")
async def readyz(_: Anybody, service: MyService) -> HealthOut:
    """Whether the service can work: its database answers, and it was not told to end."""
    if service.leaving.is_set():
        raise DomainError("service_unavailable")
    await service.store.ping()
    return HealthOut(status="ok")


@router.get("/version")
async def show_version(_: Anybody) -> VersionOut:
    """Name and version of the service."""
    return VersionOut(name="tanfang", version=version("tanfang"))
