"""Extra visits at festivals and in bad weather, stand-downs, and the warnings behind them (加密探访)."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.surges import SurgeKind, SurgeState
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.paging import Page
from api.schemas.surges import (
    CancelSurgeIn,
    EndSurgeIn,
    ExtendSurgeIn,
    HeardSignalOut,
    NotReachedOut,
    OpenSurgeIn,
    SignalIn,
    SignalOut,
    SurgeIn,
    SurgeOut,
    SurgeStoryOut,
)
from api.usecases import surges
from api.usecases.signals import hear_signal, signal_out
from api.usecases.surges import story_of, surge_out

router = APIRouter(prefix="/v1/surges", route_class=Route, tags=["surges"])
Reader = Annotated[Actor, may(Permission.REGISTERS_READ)]
Proposer = Annotated[Actor, may(Permission.SURGE_PROPOSE)]
Manager = Annotated[Actor, may(Permission.SURGE_MANAGE)]
AreaQuery = Annotated[AreaText | None, Query()]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.surges, "surge_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_surges(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    area: AreaQuery = None,
    state: Annotated[SurgeState | None, Query()] = None,
    kind: Annotated[SurgeKind | None, Query()] = None,
) -> Page[SurgeOut]:
    """Whatever holds in my area or around it, the oldest first."""
    wanted = {"area": area, "state": state, "kind": kind}
    shown, token = await page.by_id(registers, wanted, partial(registers.surges.listed, area, state, kind))
    registers.trace.saw(row.id for row in shown)
    data = [surge_out(registers, row) for row in shown]
    return Page.of(data, token)


@router.post("", status_code=201, responses=problems(403, 409, 422))
async def propose_surge(form: SurgeIn, _: Proposer, registers: MyRegisters) -> SurgeOut:
    """Propose extra visits or a stand-down, for days of one's own or for a festival's; the district opens it."""
    return surge_out(registers, await surges.propose_surge(registers, form))


@router.get("/signals", responses=problems(400, 403, 404, 422))
async def list_signals(_: Reader, registers: MyReading, page: MyPage, area: AreaQuery = None) -> Page[SignalOut]:
    """The weather warnings that were heard of for my area or around it, the oldest first."""
    shown, token = await page.by_id(registers, {"area": area}, partial(registers.signals.listed, area))
    registers.trace.saw(row.id for row in shown)
    return Page.of([signal_out(row) for row in shown], token)


@router.post("/signals", status_code=201, responses=problems(403, 409, 422))
async def report_signal(form: SignalIn, _: Proposer, registers: MyRegisters) -> HeardSignalOut:
    """Tell of a weather warning, issued, updated or cancelled: from orange on it proposes a surge."""
    return await hear_signal(registers, form)


@router.get("/{surge_id}", responses=problems(400, 403, 404, 422))
async def show_surge(surge_id: UUID, _: Reader, registers: MyReading, area: AreaQuery = None) -> SurgeStoryOut:
    """A surge with the figures of my area, or of one inside it: how many are asked after, how many were reached."""
    row = await registers.surges.get(surge_id)
    registers.trace.saw([surge_id])
    return await story_of(registers, row, area)


@router.get("/{surge_id}/not-reached", responses=problems(400, 403, 404, 422))
async def list_not_reached(
    surge_id: UUID, actor: Reader, registers: MyReading, page: MyPage, area: AreaQuery = None
) -> Page[NotReachedOut]:
    """Whom no contact has reached, by village."""
    await registers.surges.get(surge_id)
    wanted = {"surge_id": str(surge_id), "area": area}
    after = page.after(registers, wanted)
    place = (after[0], UUID(after[1])) if after else None
    rows = await registers.surges.not_reached(surge_id, actor.narrowed(area), after=place, size=page.size + 1)
    shown, token = page.cut(registers, wanted, rows, lambda row: [row.village, str(row.id)])
    registers.trace.saw(row.id for row in shown)
    data = [NotReachedOut(elder_id=r.id, short_no=r.short_no, village=r.village, tier=r.tier) for r in shown]
    return Page.of(data, token)


@router.post("/{surge_id}/open", responses=_COMMAND)
async def open_surge(body: LateBody[OpenSurgeIn], row: Locked, _: Manager, registers: MyRegisters) -> SurgeOut:
    """It holds (启动): one extra task for everybody on duty whom it is for; of a stand-down, the graces."""
    return surge_out(registers, await surges.open_surge(registers, row, body))


@router.post("/{surge_id}/extend", responses=_COMMAND)
async def extend_surge(body: LateBody[ExtendSurgeIn], row: Locked, _: Manager, registers: MyRegisters) -> SurgeOut:
    """It lasts longer than foreseen (延长)."""
    return surge_out(registers, await surges.extend_surge(registers, row, body))


@router.post("/{surge_id}/end", responses=_COMMAND)
async def end_surge(body: LateBody[EndSurgeIn], row: Locked, _: Manager, registers: MyRegisters) -> SurgeOut:
    """It is over sooner than foreseen (提前结束)."""
    return surge_out(registers, await surges.end_surge(registers, row, body))


@router.post("/{surge_id}/cancel", responses=_COMMAND)
async def cancel_surge(body: LateBody[CancelSurgeIn], row: Locked, _: Manager, registers: MyRegisters) -> SurgeOut:
    """As if it had never been (取消)."""
    return surge_out(registers, await surges.cancel_surge(registers, row, body))
