"""Major risks (重大风险隐患): anybody reports, the desk of the place sees them to their end."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.deps import DISTRICT, LateBody, MyReading, MyRegisters, held, may
from api.domain.access import Actor, Permission
from api.domain.escalations import EscalationState, RiskKind
from api.domain.hazards import Severity
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText
from api.schemas.escalations import (
    AcknowledgeIn,
    ActionIn,
    DuplicateIn,
    EscalationFullOut,
    EscalationOut,
    FalseAlarmIn,
    HandOverIn,
    IncidentReviewIn,
    LinkIn,
    MitigateIn,
    NoteIn,
    ReasonIn,
    ReportedOut,
    ReportIn,
)
from api.schemas.follow_ups import FollowUpIn
from api.schemas.paging import Page
from api.store import Registers
from api.usecases import escalations
from api.usecases.escalation_views import escalation_full_out, escalation_out

router = APIRouter(prefix="/v1/escalations", route_class=Route, tags=["escalations"])

Reporter = Annotated[Actor, may(Permission.RISK_REPORT, scope=DISTRICT)]
Reader = Annotated[Actor, may(Permission.AFTERCARE_READ)]
Responder = Annotated[Actor, may(Permission.AFTERCARE_ACT)]
Follower = Annotated[Actor, may(Permission.FOLLOW_UP)]
Reviewer = Annotated[Actor, may(Permission.EXCEPTION_DECIDE)]

_COMMAND = problems(403, 404, 409, 412, 422)
Locked = Annotated[Any, held(lambda registers: registers.escalations, "escalation_id")]


async def _settled(row: Locked, registers: MyRegisters) -> Any:
    return await escalations.settled(registers, row)


Settled = Annotated[Any, Depends(_settled)]


async def _answer(registers: Registers, row: Any, response: Response) -> EscalationFullOut:
    shown = await escalation_full_out(registers, row)
    response.headers["ETag"] = shown.etag
    return shown


# --- reporting and reading ----------------------------------------------------------------------------


@router.post("", status_code=202, responses=problems(403, 422))
async def report_escalation(_: Reporter, registers: MyRegisters, form: ReportIn) -> ReportedOut:
    """Report a danger, whoever it is about and wherever. The answer is the same for everybody, known or not."""
    row = await escalations.report(registers, form)
    return ReportedOut(id=row.id, reference=row.reference)


@router.get("", responses=problems(400, 403, 404, 422))
async def list_escalations(
    _: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    state: Annotated[EscalationState | None, Query()] = None,
    kind: Annotated[RiskKind | None, Query()] = None,
    severity: Annotated[Severity | None, Query()] = None,
    late: Annotated[Literal["true"] | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
) -> Page[EscalationOut]:
    """The escalations of my area, oldest first. ``late``: only those of which something is overdue."""
    wanted = {"area": area, "state": state, "kind": kind, "severity": severity, "late": late, "elder_id": elder_id}
    listing = registers.escalations.wanted(wanted)
    shown, token = await page.by_id(registers, wanted, listing)
    registers.trace.saw(row.id for row in shown)
    data = [escalation_out(registers, row) for row in shown]
    return Page.of(data, token, await page.total(listing))


@router.get("/{escalation_id}", responses=problems(403, 404))
async def show_escalation(
    escalation_id: UUID, _: Reader, registers: MyReading, response: Response
) -> EscalationFullOut:
    """One escalation with its clocks as they stand now, and everything that was told and done."""
    row = await registers.escalations.get(escalation_id)
    registers.trace.saw([row.id])
    return await _answer(registers, row, response)


# --- commands -----------------------------------------------------------------------------------------


@router.post("/{escalation_id}/acknowledge", responses=_COMMAND)
async def acknowledge_escalation(
    _: Responder, row: Settled, body: LateBody[AcknowledgeIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Take it in hand (接报): the township's clock stops."""
    return await _answer(registers, await escalations.acknowledge(registers, row, body), response)


@router.post("/{escalation_id}/actions", responses=_COMMAND)
async def record_action(
    _: Responder, row: Settled, body: LateBody[ActionIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Write down a call, a contact, a visit, whom was told: at once or later."""
    return await _answer(registers, await escalations.act(registers, row, body), response)


@router.post("/{escalation_id}/escalate", responses=_COMMAND)
async def escalate_escalation(
    _: Responder, row: Settled, body: LateBody[NoteIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Put it on the next higher desk (上报)."""
    return await _answer(registers, await escalations.escalate(registers, row, body), response)


@router.post("/{escalation_id}/hand-over", responses=_COMMAND)
async def hand_over_escalation(
    _: Responder, row: Settled, body: LateBody[HandOverIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Put it on another desk (移交); of a person on no roll also where it really is."""
    return await _answer(registers, await escalations.hand_over(registers, row, body), response)


@router.post("/{escalation_id}/mitigate", responses=_COMMAND)
async def mitigate_escalation(
    _: Responder, row: Settled, body: LateBody[MitigateIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """The danger is over (险情已排除); the township makes sure of it within days."""
    return await _answer(registers, await escalations.mitigate(registers, row, body), response)


@router.post("/{escalation_id}/false-alarm", responses=_COMMAND)
async def dismiss_escalation(
    _: Responder, row: Settled, body: LateBody[FalseAlarmIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """There was nothing (误报): who made sure, and how. This ends it."""
    return await _answer(registers, await escalations.false_alarm(registers, row, body), response)


@router.post("/{escalation_id}/duplicate", responses=_COMMAND)
async def mark_duplicate(
    _: Responder, row: Settled, body: LateBody[DuplicateIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """The same as another one, which goes on."""
    return await _answer(registers, await escalations.duplicate(registers, row, body), response)


@router.post("/{escalation_id}/link", responses=_COMMAND)
async def link_escalation(
    _: Responder, row: Settled, body: LateBody[LinkIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Say who it was: somebody on the roll, or a lead."""
    return await _answer(registers, await escalations.link(registers, row, body), response)


@router.post("/{escalation_id}/follow-ups", responses=_COMMAND)
async def follow_up_escalation(
    _: Follower, row: Settled, body: LateBody[FollowUpIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Whether the danger is really gone (跟踪回访), asked by somebody who did not remove it; if not, it is reopened."""
    return await _answer(registers, await escalations.follow_up(registers, row, body), response)


@router.post("/{escalation_id}/close", responses=_COMMAND)
async def close_escalation(
    _: Follower, row: Settled, body: LateBody[NoteIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """Nothing is left to do (办结). Only after a follow-up that found the danger gone."""
    return await _answer(registers, await escalations.close(registers, row, body), response)


@router.post("/{escalation_id}/reopen", responses=_COMMAND)
async def reopen_escalation(
    _: Follower, row: Settled, body: LateBody[ReasonIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """It was not over after all: its clock runs anew."""
    return await _answer(registers, await escalations.reopen(registers, row, body), response)


@router.post("/{escalation_id}/incident-review", responses=_COMMAND)
async def review_incident(
    _: Reviewer, row: Settled, body: LateBody[IncidentReviewIn], registers: MyRegisters, response: Response
) -> EscalationFullOut:
    """The district has looked at how somebody died (事件复盘): this ends such a case."""
    return await _answer(registers, await escalations.review_incident(registers, row, body), response)
