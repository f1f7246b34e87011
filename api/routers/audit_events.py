"""The audit for auditors; of one elder, who looked at the file or changed it (个人信息保护法 44, 51, 54)."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import MyReading, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage, Pager
from api.schemas.audit_events import AccessOut, AuditEventOut, EntryWord
from api.schemas.base import CivilDate
from api.schemas.paging import Page
from api.store import Registers
from api.store.audit_events import AuditFilter

router = APIRouter(prefix="/v1", route_class=Route, tags=["audit"])


@router.get("/audit-events", responses=problems(400, 403, 422))
async def list_audit_events(
    _: Annotated[Actor, may(Permission.AUDIT_READ)],
    registers: MyReading,
    page: MyPage,
    actor_id: Annotated[UUID | None, Query()] = None,
    object_id: Annotated[UUID | None, Query()] = None,
    operation: Annotated[EntryWord | None, Query()] = None,
    result: Annotated[EntryWord | None, Query()] = None,
    since: Annotated[CivilDate | None, Query(alias="on.gte")] = None,
    until: Annotated[CivilDate | None, Query(alias="on.lt")] = None,
) -> Page[AuditEventOut]:
    """Everything that was done or refused, the latest first; this reading is an entry as well."""
    wanted = AuditFilter(actor_id, object_id, operation, result, since, until)
    rows, token = await _page(registers, page, wanted)
    return Page.of([AuditEventOut.model_validate(row) for row in rows], token)


@router.get("/elders/{elder_id}/accesses", responses=problems(400, 403, 404, 422))
async def list_accesses(
    elder_id: UUID, _: Annotated[Actor, may(Permission.ACCESSES_READ)], registers: MyReading, page: MyPage
) -> Page[AccessOut]:
    """Who looked at the elder's file or changed it, when, and for what purpose; the latest first."""
    elder = await registers.elders.get(elder_id)
    registers.trace.saw([elder.id])
    rows, token = await _page(registers, page, AuditFilter(object_id=elder.id))
    return Page.of([AccessOut.model_validate(row) for row in rows], token)


async def _page(registers: Registers, page: Pager, wanted: AuditFilter) -> tuple[Any, str | None]:
    asked = asdict(wanted)
    after = page.after(registers, asked)
    listing = await registers.audit_events.listing(wanted)
    rows = await listing(after=after[0] if after else None, size=page.size + 1)
    return page.cut(registers, asked, rows, lambda row: [row.seq])
