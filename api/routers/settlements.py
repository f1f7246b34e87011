"""Settlements (结算) with providers: what a month of visits comes to, line by line."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.domain.months import Month
from api.exports.settlements import lines_as_table
from api.exports.tables import MEDIA_TYPE
from api.problems import language_of
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyCountedPage
from api.schemas.figures import MonthText
from api.schemas.jobs import JobOut
from api.schemas.paging import Page
from api.schemas.settlements import SettlementIn, SettlementLineOut, SettlementOut
from api.usecases.settlements import (
    close_settlement,
    line_out,
    propose_settlement,
    require_in_sight,
    seen,
    settlement_out,
)

router = APIRouter(prefix="/v1/providers/{provider_id}/settlements", route_class=Route, tags=["providers"])
Reader = Annotated[Actor, may(Permission.SETTLEMENT_READ)]
Manager = Annotated[Actor, may(Permission.CONTRACT_MANAGE)]
MonthPath = Annotated[MonthText, Path()]
_PROPOSED: dict[int | str, dict[str, Any]] = {
    201: {"model": SettlementOut, **sends("Location", status=201)[201]},
    202: {"model": JobOut, **sends("Location", status=202)[202]},
}


@router.get("", responses=problems(400, 403, 404, 422))
async def list_settlements(
    provider_id: UUID, _: Reader, registers: MyReading, page: MyCountedPage
) -> Page[SettlementOut]:
    """The months settled with a provider, the latest first."""
    await require_in_sight(registers, provider_id)
    wanted = {"provider_id": provider_id}
    listing = registers.settlements.latest(provider_id)
    after = page.after(registers, wanted)
    rows = await listing(after=after[0] if after else None, size=page.size + 1)
    shown, token = page.cut(registers, wanted, rows, lambda row: [row.month])
    registers.trace.saw(row.id for row in shown)
    return Page.of([settlement_out(row) for row in shown], token, await page.total(listing))


@router.post("", status_code=201, responses=_PROPOSED | problems(403, 404, 409, 422))
async def propose_month(
    provider_id: UUID, form: SettlementIn, actor: Manager, registers: MyRegisters, response: Response
) -> SettlementOut | JobOut:
    """Compute a month (拟定结算). It can be done again until it is closed: the draft is replaced.

    Where more than 2,000 visits are to be looked through that is a job (202); done, its `result` says what the month
    comes to, or by which `refused` it does not.
    """
    row = await propose_settlement(registers, provider_id, Month.parse(form.month))
    if isinstance(row, UUID):
        response.status_code, response.headers["Location"] = 202, f"/v1/jobs/{row}"
        return JobOut.model_validate(await registers.jobs.asked_for(row, actor.id))
    response.headers["Location"] = f"/v1/providers/{provider_id}/settlements/{row.month}"
    response.headers["ETag"] = (out := settlement_out(row)).etag
    return out


@router.get("/{month}", responses=problems(403, 404, 422))
async def show_settlement(
    provider_id: UUID, month: MonthPath, _: Reader, registers: MyReading, response: Response
) -> SettlementOut:
    """One month with a provider, and how it uses each contract."""
    await require_in_sight(registers, provider_id)
    row = await registers.settlements.of_month(provider_id, Month.parse(month))
    registers.trace.saw([row.id])
    response.headers["ETag"] = (out := settlement_out(row)).etag
    return out


@router.post("/{month}/close", responses=problems(403, 404, 409, 412, 422))
async def close_month_of_provider(
    provider_id: UUID, month: MonthPath, _: Manager, registers: MyRegisters, if_match: IfMatch, response: Response
) -> SettlementOut:
    """What was proposed is paid (结算), and frozen: later changes come into the next month's lines."""
    await require_in_sight(registers, provider_id)
    await registers.settlements.hold(provider_id)
    row = await registers.settlements.of_month(provider_id, Month.parse(month))
    check_version(if_match, row.version)
    response.headers["ETag"] = (out := settlement_out(await close_settlement(registers, row))).etag
    return out


@router.get(
    "/{month}/lines.csv",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}, **problems(403, 404, 422)},
)
async def download_settlement_lines(
    provider_id: UUID, month: MonthPath, request: Request, _: Reader, registers: MyReading
) -> Response:
    """The same as a table for a spreadsheet, in words and in yuan, all of it."""
    await require_in_sight(registers, provider_id)
    asked, language = Month.parse(month), language_of(request)
    row = await registers.settlements.of_month(provider_id, asked)
    written = await lines_as_table(
        seen(registers, registers.settlements.all_lines(row.id)),
        month_begins=asked.first,
        contracts=await registers.contracts.numbers(provider_id),
        gazetteer=await registers.places.gazetteer(),
        language=language,
    )
    headers = {"Content-Disposition": f'attachment; filename="settlement-{month}.csv"'}
    headers |= {"Content-Language": language.value, "Vary": "Accept-Language"}
    return Response(written, headers=headers, media_type=MEDIA_TYPE)


@router.get("/{month}/lines", responses=problems(400, 403, 404, 422))
async def list_settlement_lines(
    provider_id: UUID, month: MonthPath, _: Reader, registers: MyReading, page: MyCountedPage
) -> Page[SettlementLineOut]:
    """Every visit of the month, paid or why not; before them what is taken back of earlier months."""
    await require_in_sight(registers, provider_id)
    asked = Month.parse(month)
    row = await registers.settlements.of_month(provider_id, asked)
    wanted = {"provider_id": provider_id, "month": month}
    listing = registers.settlements.lines(row.id)
    after = page.after(registers, wanted)
    lines = await listing(after=after[0] if after else None, size=page.size + 1)
    shown, token = page.cut(registers, wanted, lines, lambda line: [line.position])
    registers.trace.saw(line.elder_id for line in shown)
    return Page.of([line_out(line, asked.first) for line in shown], token, await page.total(listing))
