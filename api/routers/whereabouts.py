"""Checks of where an elder is whom nobody met (去向核实), and their answers."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.whereabouts import CheckState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.paging import Page
from api.schemas.whereabouts import AnswerIn, CheckLineOut, CheckOut
from api.store.whereabouts import WantedChecks
from api.usecases.whereabouts import answer_check, check_line, check_shown

router = APIRouter(prefix="/v1/whereabouts-checks", route_class=Route, tags=["aftercare"])

Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Aide = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
Locked = Annotated[Any, held(lambda registers: registers.whereabouts, "check_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_whereabouts_checks(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[CheckState | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    late: Annotated[bool | None, Query()] = None,
) -> Page[CheckLineOut]:
    """The checks of my area, in order of deadline; ``late``: whether nobody knew in time and nobody knows yet."""
    wanted = WantedChecks(area=area, state=state, elder_id=elder_id, late=late)
    conditions = asdict(wanted)
    after = page.after(registers, conditions)
    rows = await registers.whereabouts.by_deadline(
        wanted, after=_position(after) if after else None, size=page.size + 1
    )
    shown, token = page.cut(registers, conditions, rows, lambda row: [row.due_at.isoformat(), str(row.id)])
    registers.trace.saw(row.elder_id for row in shown)
    data = [check_line(registers, row) for row in shown]
    return Page.of(data, token)


@router.get("/{check_id}", responses=problems(403, 404))
async def get_whereabouts_check(check_id: UUID, _: Reader, registers: MyReading, response: Response) -> CheckOut:
    """One check, with what was said."""
    shown = await check_shown(registers, check_id)
    response.headers["ETag"] = shown.etag
    return shown


@router.post("/{check_id}/answer", responses=problems(403, 404, 409, 412, 422))
async def answer_whereabouts_check(
    _: Aide, check: Locked, body: LateBody[AnswerIn], registers: MyRegisters, response: Response
) -> CheckOut:
    """Where the elder is: seen, on the phone, in hospital or away. Unknown leaves the clock running."""
    await answer_check(registers, check, body)
    shown = await check_shown(registers, check.id)
    response.headers["ETag"] = shown.etag
    return shown


def _position(entry: list[Any] | None) -> tuple[datetime, UUID] | None:
    return (datetime.fromisoformat(entry[0]), UUID(entry[1])) if entry else None
