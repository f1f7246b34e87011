"""Files in: rolls of elders and visit records as offices keep them, and what became of each row."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from api.deps import MyReading, MyRegisters, MyService, MyTrace, may
from api.domain.access import Actor, Permission
from api.domain.departments import Unit
from api.domain.errors import Fault, NotFound, Refused
from api.domain.imports import FileKind, FileReport, ImportState, RowReport
from api.domain.leads import LeadSource, Origin
from api.imports.cells import MAX_BYTES
from api.imports.reports import in_words
from api.imports.sent_back import CSV, LINES, XLSX, send_back, unsettled_rows
from api.imports.shelves import IN_MEMORY
from api.imports.uploads import leads_in, roll_in, visits_in
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyPage
from api.routers.receiving import FORM, received
from api.routers.visits import IdempotencyKey, once_of
from api.schemas.base import AreaText, CivilDate
from api.schemas.elder_views import ElderLineOut
from api.schemas.imports import ImportOut
from api.schemas.paging import Page
from api.schemas.visits import Atomic, Mode
from api.store import Registers
from api.usecases.elder_imports import import_roll, missing_from
from api.usecases.elder_views import Viewer
from api.usecases.imports import Imported, Importing, Order, sent_again
from api.usecases.lead_imports import import_leads
from api.usecases.rollbacks import roll_back
from api.usecases.visit_imports import import_visits

router = APIRouter(prefix="/v1", route_class=Route, tags=["imports"])

_FRAMING = 64 * 1024  # what a form puts around its file

ElderImporter = Annotated[Actor, may(Permission.ELDER_IMPORT)]
VisitImporter = Annotated[Actor, may(Permission.VISIT_IMPORT)]
Prefer = Annotated[str | None, Header(max_length=200)]
Source = Annotated[str, Query(pattern=r"^[A-Za-z0-9:-]{1,64}$", max_length=64)]


_ENDINGS = {XLSX: ".xlsx", CSV: ".csv", LINES: ".ndjson"}
_AT_WORK = (ImportState.RUNNING, ImportState.UNDOING)
_FILE = {"type": "string", "format": "binary"}


class TakenAs(StrEnum):
    DRAFT = "draft"  # 建档，待核实
    CONFIRMED = "confirmed"  # 直接确定为服务对象


def _takes(*media_types: str) -> dict[str, Any]:
    """A file as the body, or as the field ``file`` of a form, in the OpenAPI document."""
    form = {"type": "object", "properties": {"file": _FILE}, "required": ["file"], "additionalProperties": False}
    content = {media_type: {"schema": _FILE} for media_type in media_types} | {FORM: {"schema": form}}
    return {"requestBody": {"required": True, "content": content}, "x-audit": "write"}


_WAITS: dict[int | str, dict[str, Any]] = {202: {"model": ImportOut, **sends("Location", status=202)[202]}}


def _answers() -> dict[int | str, dict[str, Any]]:
    return sends("Location", status=201) | _WAITS | {422: {"model": ImportOut}} | problems(400, 403, 413, 415)


@router.post(
    "/elder-imports",
    status_code=201,
    response_model=ImportOut,
    responses=_answers(),
    openapi_extra=_takes(XLSX, CSV),
    max_body_size=MAX_BYTES + _FRAMING,
)
async def import_elders(
    request: Request,
    actor: ElderImporter,
    service: MyService,
    trace: MyTrace,
    status: Annotated[TakenAs, Query()] = TakenAs.DRAFT,
    tracking_starts_on: Annotated[CivilDate | None, Query()] = None,
    mode: Annotated[Mode, Query()] = Mode.COMMIT,
    atomic: Annotated[Atomic, Query()] = Atomic.NONE,
    prefer: Prefer = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take in a roll of elders as the office keeps it in Excel; sent again it changes nothing.

    Headings are recognised, not positions. `status=confirmed` takes people on the roll as of the filing date
    of their row, and `tracking_starts_on` says from when visits are owed in the area. Whoever is on the roll
    already and differs becomes a proposal. Up to 10,000 rows are answered at once.
    """
    async with received(request, (XLSX, CSV)) as upload:
        order = Order(
            kind=FileKind.ELDERS,
            upload=upload,
            mode=mode,
            atomic=atomic,
            confirmed=status is TakenAs.CONFIRMED,
            tracking_starts_on=tracking_starts_on,
            once=once_of(actor, trace.operation, idempotency_key, [request.url.query, upload.digest]),
            background=_asks_to_wait(prefer),
        )
        importing = Importing(service.store, service.intake, actor, trace)
        imported = await import_roll(importing, order, roll_in)
    return await _shown(request, imported)


@router.post(
    "/visit-imports",
    status_code=201,
    response_model=ImportOut,
    responses=_answers(),
    openapi_extra=_takes(XLSX, CSV, LINES),
    max_body_size=MAX_BYTES + _FRAMING,
)
async def import_visit_records(
    request: Request,
    actor: VisitImporter,
    service: MyService,
    trace: MyTrace,
    source: Source = "office",
    supersedes: Annotated[UUID | None, Query()] = None,
    mode: Annotated[Mode, Query()] = Mode.COMMIT,
    atomic: Annotated[Atomic, Query()] = Atomic.NONE,
    prefer: Prefer = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take in visit records kept elsewhere: Annex 4 in a table, or as lines of JSON; sent again they change nothing.

    The records are the office's, or with `source=<provider id>` a provider's; a provider brings its own. What an
    office brings needs nobody's acceptance, whatever the day. `supersedes=<import id>`: the file corrects an earlier
    one; rows that changed need no new version, and what is gone from the file is taken back.
    """
    async with received(request, (XLSX, CSV, LINES)) as upload:
        order = Order(
            kind=FileKind.VISITS,
            provider=_provider(source),
            supersedes=supersedes,
            upload=upload,
            mode=mode,
            atomic=atomic,
            once=once_of(actor, trace.operation, idempotency_key, [request.url.query, upload.digest]),
            background=_asks_to_wait(prefer),
        )
        importing = Importing(service.store, service.intake, actor, trace)
        imported = await import_visits(importing, order, visits_in)
    return await _shown(request, imported)


@router.post(
    "/lead-imports",
    status_code=201,
    response_model=ImportOut,
    responses=_answers(),
    openapi_extra=_takes(XLSX, CSV, LINES),
    max_body_size=MAX_BYTES + _FRAMING,
)
async def import_lead_list(
    request: Request,
    actor: ElderImporter,
    service: MyService,
    trace: MyTrace,
    source: Annotated[LeadSource | None, Query()] = None,
    department: Annotated[Unit | None, Query()] = None,
    mode: Annotated[Mode, Query()] = Mode.COMMIT,
    atomic: Annotated[Atomic, Query()] = Atomic.NONE,
    prefer: Prefer = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take in a list of people who may belong on the roll; sent again it changes nothing.

    `source` and `department` hold for rows that do not say who names them. A row whose village cannot be told
    for certain waits at its township.
    """
    if department is not None and source is not LeadSource.DEPARTMENT:
        raise Refused([Fault("lead_department", "/query/department")])
    async with received(request, (XLSX, CSV, LINES)) as upload:
        order = Order(
            kind=FileKind.LEADS,
            upload=upload,
            mode=mode,
            atomic=atomic,
            origin=Origin(source, department) if source else None,
            once=once_of(actor, trace.operation, idempotency_key, [request.url.query, upload.digest]),
            background=_asks_to_wait(prefer),
        )
        importing = Importing(service.store, service.intake, actor, trace)
        imported = await import_leads(importing, order, leads_in)
    return await _shown(request, imported)


@router.get("/elder-imports/{import_id}", response_model=ImportOut, responses=problems(403, 404))
async def show_elder_import(import_id: UUID, request: Request, actor: ElderImporter, registers: MyReading) -> Response:
    """What became of a roll, row by row."""
    return await _report(request, registers, FileKind.ELDERS, import_id)


@router.get("/elder-imports/{import_id}/missing", responses=problems(400, 403, 404, 409, 422))
async def list_missing(
    import_id: UUID,
    _: ElderImporter,
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
) -> Page[ElderLineOut]:
    """Who is on the register of the file's area, or of a part of it, and not in the file. Nobody leaves by absence."""
    wanted = {"import_id": str(import_id), "area": area}
    shown, token = await page.by_id(registers, wanted, partial(missing_from, registers, import_id, area))
    view = await Viewer.opened(registers)
    return Page.of([view.line(elder) for elder in shown], token)


@router.get("/lead-imports/{import_id}", response_model=ImportOut, responses=problems(403, 404))
async def show_lead_import(import_id: UUID, request: Request, actor: ElderImporter, registers: MyReading) -> Response:
    """What became of a list of leads, row by row."""
    return await _report(request, registers, FileKind.LEADS, import_id)


@router.get("/visit-imports/{import_id}", response_model=ImportOut, responses=problems(403, 404))
async def show_visit_import(import_id: UUID, request: Request, actor: VisitImporter, registers: MyReading) -> Response:
    """What became of a file of visit records, row by row."""
    return await _report(request, registers, FileKind.VISITS, import_id)


@router.post(
    "/visit-imports/{import_id}/rollback", response_model=ImportOut, responses=_WAITS | problems(403, 404, 409)
)
async def roll_back_visit_import(
    import_id: UUID, request: Request, actor: VisitImporter, registers: MyRegisters
) -> Response:
    """Take a wrong file back, within 24 hours: everything it brought, or nothing.

    New records are withdrawn, corrected ones say again what they said, held ones wait no more. Where somebody acted
    on a record or changed it since, `errors` names the rows. The mended file may be sent as if it were the first.
    A file that brought more than 2,000 records is `undoing` (202) until it is taken back; `problems` then names the
    rows that were in the way.
    """
    report = await roll_back(registers, import_id)
    if report.state is ImportState.UNDOING:
        return await _shown(request, Imported(report), f"/v1/visit-imports/{import_id}")
    return await _in_words(request, report, registers.imports.rows(report))


_SENT_BACK: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {"content": {media_type: {"schema": _FILE} for media_type in (XLSX, CSV, LINES)}},
        **problems(403, 404),
    },
}


@router.get("/elder-imports/{import_id}/errors", **_SENT_BACK)
async def download_elder_import_errors(
    import_id: UUID, request: Request, actor: ElderImporter, registers: MyReading
) -> Response:
    """The rows of a roll that were refused, in the sender's own layout, with what is wrong beside them."""
    return await _sent_back(request, registers, FileKind.ELDERS, import_id)


@router.get("/visit-imports/{import_id}/errors", **_SENT_BACK)
async def download_visit_import_errors(
    import_id: UUID, request: Request, actor: VisitImporter, registers: MyReading
) -> Response:
    """The records that were refused or wait for the township, in the sender's own layout, with what is wrong."""
    return await _sent_back(request, registers, FileKind.VISITS, import_id)


@router.get("/lead-imports/{import_id}/errors", **_SENT_BACK)
async def download_lead_import_errors(
    import_id: UUID, request: Request, actor: ElderImporter, registers: MyReading
) -> Response:
    """The rows of a list of leads that were refused, in the sender's own layout, with what is wrong beside them."""
    return await _sent_back(request, registers, FileKind.LEADS, import_id)


def _provider(source: str) -> UUID | None:
    """Raises Refused for a source that is neither the office nor an id."""
    if source == "office":
        return None
    try:
        return UUID(source)
    except ValueError as error:
        raise Refused([Fault("source_unknown", "/query/source")]) from error


def _asks_to_wait(prefer: str | None) -> bool:
    return "respond-async" in {wish.strip().lower() for wish in (prefer or "").split(",")}


async def _shown(request: Request, imported: Imported, place: str | None = None) -> Response:
    """201; 202 while a job has it; 422 where all or nothing was wished, and it was nothing."""
    report = imported.report
    status = 202 if report.state in _AT_WORK else 422 if report.refused else 201

    async def items() -> AsyncIterator[Sequence[RowReport]]:
        yield imported.items

    return await _in_words(request, report, items(), status, {"Location": place or f"{request.url.path}/{report.id}"})


async def _report(request: Request, registers: Registers, kind: FileKind, import_id: UUID) -> Response:
    report = await registers.imports.get(kind, import_id)
    return await _in_words(request, report, registers.imports.rows(report))


async def _in_words(
    request: Request,
    report: FileReport,
    items: AsyncIterator[Sequence[RowReport]],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    language = language_of(request)
    spoken = {"Content-Language": language.value, "Vary": "Accept-Language", **(headers or {})}
    return Response(await in_words(report, items, language), status, spoken, media_type="application/json")


async def _sent_back(request: Request, registers: Registers, kind: FileKind, import_id: UUID) -> Response:
    """Raises NotFound where nothing is left to mend, and once the file is not kept any more."""
    report = await registers.imports.get(kind, import_id)
    rows = await unsettled_rows(registers, report)
    with SpooledTemporaryFile(IN_MEMORY) as file, SpooledTemporaryFile(IN_MEMORY) as out:
        upload = await sent_again(registers, report, file)
        if upload is None or not rows:
            raise NotFound()
        media_type = await asyncio.to_thread(send_back, upload, kind, rows, out, language_of(request))
        out.seek(0)
        name = f"{kind}-{import_id}-errors{_ENDINGS[media_type]}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(out.read(), headers=disposition, media_type=media_type)
