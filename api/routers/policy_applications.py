"""Benefits that elders were told of and helped to apply for (告知其依法申请, 协助申请)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.deps import LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.policy_applications import ApplicationState
from api.domain.registration import Benefit
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.paging import Page
from api.schemas.policy_applications import (
    ApplicationCancelIn,
    ApplicationLineOut,
    ApplicationOut,
    ApplyIn,
    DecideIn,
    HelpIn,
    SignpostIn,
)
from api.store import Registers
from api.usecases import policy_applications as applications

router = APIRouter(prefix="/v1/policy-applications", route_class=Route, tags=["aftercare"])
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Helper = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.policy_applications, "application_id")]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_policy_applications(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    benefit: Annotated[Benefit | None, Query()] = None,
    state: Annotated[ApplicationState | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[ApplicationLineOut]:
    """Who of my area was told of which benefit, and how far it has got; oldest first."""
    wanted = {"benefit": benefit, "state": state, "elder_id": elder_id}
    register = registers.policy_applications
    listing = register.listing(*register.matching(**wanted), area=area)
    shown, token = await page.by_id(registers, {**wanted, "area": area}, listing)
    registers.trace.saw(row.elder_id for row in shown)
    data = [applications.application_line(row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.post("", status_code=201, responses=problems(403, 409, 422))
async def signpost_benefit(form: SignpostIn, _: Helper, registers: MyRegisters, response: Response) -> ApplicationOut:
    """An elder was told of a benefit (告知)."""
    row = await registers.policy_applications.get(await applications.signpost(registers, form))
    return _answer(registers, row, response)


@router.get("/{application_id}", responses=problems(403, 404))
async def show_policy_application(
    application_id: UUID, _: Reader, registers: MyReading, response: Response
) -> ApplicationOut:
    """One application."""
    return _answer(registers, await registers.policy_applications.get(application_id), response)


@router.post("/{application_id}/help", responses=_COMMAND)
async def help_with_application(
    _: Helper, row: Locked, body: LateBody[HelpIn], registers: MyRegisters, response: Response
) -> ApplicationOut:
    """Something was done to help (必要协助)."""
    return _answer(registers, await applications.assist(registers, row, body), response)


@router.post("/{application_id}/apply", responses=_COMMAND)
async def hand_in_application(
    _: Helper, row: Locked, body: LateBody[ApplyIn], registers: MyRegisters, response: Response
) -> ApplicationOut:
    """The application was handed in (申请)."""
    return _answer(registers, await applications.apply(registers, row, body), response)


@router.post("/{application_id}/decide", responses=_COMMAND)
async def record_decision_on_application(
    _: Helper, row: Locked, body: LateBody[DecideIn], registers: MyRegisters, response: Response
) -> ApplicationOut:
    """What the office has said (审批结果)."""
    return _answer(registers, await applications.decide(registers, row, body), response)


@router.post("/{application_id}/cancel", responses=_COMMAND)
async def cancel_application(
    _: Helper, row: Locked, body: LateBody[ApplicationCancelIn], registers: MyRegisters, response: Response
) -> ApplicationOut:
    """The elder does not apply after all."""
    return _answer(registers, await applications.cancel(registers, row, body), response)


def _answer(registers: Registers, row: Any, response: Response) -> ApplicationOut:
    registers.trace.saw([row.id, row.elder_id])
    shown = applications.application_out(registers, row)
    response.headers["ETag"] = shown.etag
    return shown
