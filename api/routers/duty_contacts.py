"""Whom a township, or the district, is called under around the clock (值班联系人)."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import StringConstraints

from api.deps import IfMatch, MyReading, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.domain.errors import NotFound
from api.route import Route
from api.routers.documented import problems
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.escalations import DutyContactIn, DutyContactOut
from api.schemas.etags import etag_of
from api.schemas.paging import Page
from api.store import Registers

router = APIRouter(prefix="/v1/duty-contacts", route_class=Route, tags=["escalations"])

OfficeArea = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{3})?$", max_length=9), Path()]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_duty_contacts(
    _: Annotated[Actor, may(Permission.AFTERCARE_READ)],
    registers: MyReading,
    page: MyPage,
    area: Annotated[AreaText | None, Query()] = None,
) -> Page[DutyContactOut]:
    """The contacts of my area and of the areas around it, in order of area."""
    wanted = {"area": area}
    after = page.after(registers, wanted)
    rows = await registers.duty_contacts.page(area, after=after[0] if after else None, size=page.size + 1)
    shown, token = page.cut(registers, wanted, rows, lambda row: [row.area])
    return Page.of([_out(registers, row) for row in shown], token)


@router.put("/{area}", responses=problems(403, 404, 412, 422))
async def set_duty_contact(
    area: OfficeArea,
    actor: Annotated[Actor, may(Permission.FOLLOW_UP)],
    registers: MyRegisters,
    response: Response,
    form: DutyContactIn,
    if_match: IfMatch,
) -> DutyContactOut:
    """Name the contact of a township, or of the district."""
    known = (await registers.places.gazetteer()).by_code(area)
    if known is None or not actor.covers(area):
        raise NotFound()
    written = await registers.duty_contacts.put(area, form.name, form.phone)
    check_version(if_match, written.version - 1)  # of what stood there until now; 0 where nothing did
    shown = _out(registers, written)
    response.headers["ETag"] = shown.etag
    return shown


def _out(registers: Registers, row: Any) -> DutyContactOut:
    told = registers.duty_contacts.details(row)
    return DutyContactOut(area=row.area, updated_at=row.updated_at, etag=etag_of(row.version), **told)
