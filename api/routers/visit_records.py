"""Visit records after they came in: lists, one record, what it is good for, and what may be done to it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints

from api.deps import DISTRICT, IfMatch, MyReading, MyRegisters, check_version, keep_though_refused, may
from api.domain.access import Actor, Permission
from api.domain.flags import FlagCode
from api.domain.policy import Method
from api.domain.visits import Outcome, Standing
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.paging import Page
from api.schemas.reconciling import ReconciledOut, ReconcileIn
from api.schemas.visit_answers import RefusedVisitOut, VisitItemOut, VisitOut
from api.schemas.visit_commands import AmendIn, ConfirmRefusalIn, CreditOut, ReasonIn, VisitLineOut
from api.store import Registers
from api.store.visits import WantedVisits
from api.usecases import visits
from api.usecases.reconciling import reconcile
from api.usecases.visit_reports import item_of

router = APIRouter(prefix="/v1/visits", route_class=Route, tags=["visits"])
Reader = Annotated[Actor, may(Permission.VISIT_READ)]
Recorder = Annotated[Actor, may(Permission.VISIT_RECORD)]
Reconciler = Annotated[Actor, may(Permission.VISIT_RECORD, scope=DISTRICT)]  # its own, wherever its elders are now
Overseer = Annotated[Actor, may(Permission.VISIT_OVERSEE)]
NameParam = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:~-]{1,80}$", max_length=80)]
_COMMAND = problems(403, 404, 409, 412, 422)


async def _held(visit_id: UUID, registers: MyRegisters, if_match: IfMatch) -> Any:
    row = await visits.hold(registers, visit_id)
    check_version(if_match, row.version)
    return row


HeldRow = Annotated[Any, Depends(_held)]


async def _to_amend(row: HeldRow, request: Request) -> Any:
    """From here on a danger that the new words tell of is heard, whatever becomes of them."""
    body = await request.json()
    record = body.get("record") if isinstance(body, Mapping) else None
    keep_though_refused(request, lambda registers: visits.hear_amended_risk(registers, row, record))
    return row


AmendedRow = Annotated[Any, Depends(_to_amend)]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_visits(
    actor: Reader,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    visited_from: Annotated[CivilDate | None, Query(alias="visited_on.gte")] = None,
    visited_before: Annotated[CivilDate | None, Query(alias="visited_on.lt")] = None,
    method: Annotated[Method | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    standing: Annotated[Standing | None, Query()] = None,
    source: Annotated[Literal["mine"] | None, Query()] = None,
    external_id: Annotated[NameParam | None, Query()] = None,
    flag: Annotated[FlagCode | None, Query()] = None,
) -> Page[VisitLineOut]:
    """The records of my area, of a provider its own, the latest day first. `external_id` looks among my own records."""
    wanted = WantedVisits(
        area=area,
        elder_id=elder_id,
        since=visited_from,
        before=visited_before,
        method=method,
        outcome=outcome,
        standing=standing,
        sources=visits.own_sources(actor) if source or external_id else None,
        external_id=external_id,
        flag=flag,
    )
    listing = registers.visits.listing(wanted)
    shown, token = await page.by_day(registers, asdict(wanted), listing, "visited_on")
    registers.trace.saw(row.id for row in shown)
    return Page.of([visits.visit_line(row) for row in shown], token, await page.total(listing))


@router.post("/reconcile", responses=problems(403, 422))
async def reconcile_visits(form: ReconcileIn, actor: Reconciler, registers: MyReading) -> ReconciledOut:
    """Compare what I hold of a period with what is stored here (对账): my own records, by name, version and hash.

    The hash of a record is the SHA-256, in lower-case hexadecimal, of its canonical text in UTF-8:

    1. Take the record as it is sent to `POST /v1/visits`, without `elder`, `external_id` and `external_version`.
    2. At every depth leave out what is `null`, empty lists, and what has its default: `time_unknown: false`,
       `needs[].solved: false`, `hazards[].severity: "general"`, `not_met.whereabouts: "unknown"`,
       `refused.by: "unknown"`. An object that is left without members stays, as `{}`.
    3. Texts have no blanks at their ends, are in Unicode NFC, and end their lines with `\\n` alone.
    4. Instants are in UTC, as `2026-11-02T01:00:00Z`; a fraction of a second has six digits, and is left out
       when it is zero. Dates stay as they are.
    5. Numbers are rounded to six decimals, without exponent, trailing zeros or a trailing point; zero is `0`.
    6. Write it as JSON without blanks: members in order of their names, elements of lists in order of their own
       canonical text, both by code point. Strings escape `"`, `\\` and control characters only (`\\n`, `\\t`, else
       `\\u001f`).

    Records that wait for their person are here too; those that the township dismissed are missing. What was
    voided or withdrawn need not be named.
    """
    return await reconcile(registers, actor.source, form)


@router.get("/{visit_id}", responses=problems(403, 404))
async def show_visit(
    visit_id: UUID, actor: Reader, registers: MyReading, request: Request, response: Response
) -> VisitOut:
    """One record, in the words in which it was sent."""
    return await _shown(registers, visit_id, request, response)


@router.get("/{visit_id}/credit", responses=problems(403, 404))
async def show_credit(visit_id: UUID, actor: Reader, registers: MyReading, request: Request) -> CreditOut:
    """The periods that the visit meets, or why it meets none; this may change with other records."""
    return await visits.credit_of(registers, visit_id, language_of(request))


@router.post("/{visit_id}/amend", responses=problems(404) | problems(403, 409, 412, 422, extended=RefusedVisitOut))
async def amend_visit(
    form: AmendIn, row: AmendedRow, actor: Recorder, registers: MyRegisters, request: Request
) -> VisitItemOut:
    """Correct my own record (更正) by sending it whole; a returned one stands again. Both versions are kept."""
    return item_of(await visits.amend_visit(registers, row, form), 0, language_of(request))


@router.post("/{visit_id}/return", responses=_COMMAND)
async def return_visit(
    form: ReasonIn, row: HeldRow, actor: Overseer, registers: MyRegisters, request: Request, response: Response
) -> VisitOut:
    """Send somebody's record back for correction (退回): until then it does not count."""
    await visits.return_visit(registers, row, form)
    return await _shown(registers, row.id, request, response)


@router.post("/{visit_id}/void", responses=_COMMAND)
async def void_visit(
    form: ReasonIn, row: HeldRow, actor: Overseer, registers: MyRegisters, request: Request, response: Response
) -> VisitOut:
    """Declare somebody's record void (作废), for good. What it alone opened is cancelled, but for major risks."""
    await visits.void_visit(registers, row, form)
    return await _shown(registers, row.id, request, response)


@router.post("/{visit_id}/withdraw", responses=_COMMAND)
async def withdraw_visit(
    form: ReasonIn, row: HeldRow, actor: Recorder, registers: MyRegisters, request: Request, response: Response
) -> VisitOut:
    """Take back my own record (撤回) within 72 hours, while nobody acted on what it opened."""
    await visits.withdraw_visit(registers, row, form)
    return await _shown(registers, row.id, request, response)


@router.post("/{visit_id}/accept", responses=_COMMAND)
async def accept_visit(
    form: ReasonIn, row: HeldRow, actor: Overseer, registers: MyRegisters, request: Request, response: Response
) -> VisitOut:
    """Let a record count (认可) that came very late or looks like a duplicate; after a death, the supervisor."""
    await visits.accept_visit(registers, row, form)
    return await _shown(registers, row.id, request, response)


@router.post("/{visit_id}/confirm-refusal", responses=_COMMAND)
async def confirm_refusal(
    form: ConfirmRefusalIn,
    row: HeldRow,
    actor: Overseer,
    registers: MyRegisters,
    request: Request,
    response: Response,
) -> VisitOut:
    """The elder said so himself when the township called back (回访): one refusal settles the period."""
    await visits.confirm_refusal(registers, row, form)
    return await _shown(registers, row.id, request, response)


async def _shown(registers: Registers, visit_id: UUID, request: Request, response: Response) -> VisitOut:
    out = await visits.visit_shown(registers, visit_id, language_of(request))
    response.headers["ETag"] = out.etag
    response.headers["Vary"] = "Accept-Language"
    return out
