"""What everybody looks up: divisions, what codes mean, what errors mean."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.deps import MyReading, MyRegisters, may, public
from api.domain.access import Actor, Permission
from api.domain.divisions import Division, Gazetteer, Level
from api.domain.errors import NotFound
from api.messages import CATALOGUE, Message, Text
from api.messages.code_words import CODE_TABLES, CodeTable
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyPage
from api.schemas.base import AreaText
from api.schemas.paging import Page
from api.schemas.reference import (
    CodeOut,
    CodeTableNameOut,
    CodeTableOut,
    CodeTablesOut,
    DivisionIn,
    DivisionOut,
    DivisionTreeOut,
    ErrorCodeOut,
    ErrorCodesOut,
    ErrorTextOut,
    WordsOut,
)
from api.usecases.divisions import add_division

router = APIRouter(prefix="/v1", route_class=Route, tags=["reference"])
Reader = Annotated[Actor, may(Permission.REFERENCE_READ, scope="none")]
Manager = Annotated[Actor, may(Permission.POLICY_MANAGE)]
TableName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$", max_length=40)]


@router.get("/divisions", responses=problems(400, 422))
async def list_divisions(
    _: Reader,
    registers: MyReading,
    page: MyPage,
    parent: Annotated[AreaText | None, Query()] = None,
    level: Annotated[Level | None, Query()] = None,
) -> Page[DivisionOut]:
    """District, townships and villages in order of code; ``parent``: those directly in a unit."""
    wanted = {"parent": parent, "level": level}
    after = page.after(registers, wanted)
    gazetteer = await registers.places.gazetteer()
    found = [
        division
        for division in gazetteer.all()
        if (parent is None or division.parent == parent)
        and (level is None or division.level is level)
        and (after is None or division.code > after[0])
    ]
    shown, token = page.cut(registers, wanted, found, lambda division: [division.code])
    data = [_division_out(division, gazetteer) for division in shown]
    return Page.of(data, token)


@router.get("/divisions/tree")
async def show_division_tree(_: Reader, registers: MyReading) -> DivisionTreeOut:
    """The whole district as a tree."""
    gazetteer = await registers.places.gazetteer()
    for district in gazetteer.children(""):
        return _tree(district, gazetteer)
    raise NotFound()


@router.post("/divisions", status_code=201, responses=sends("Location", status=201) | problems(403, 409, 422))
async def create_division(form: DivisionIn, _: Manager, registers: MyRegisters, response: Response) -> DivisionOut:
    """Add a township or a village of my district; from now on elders may live there."""
    division = await add_division(registers, form)
    response.headers["Location"] = f"/v1/divisions?parent={division.parent}"
    return _division_out(division, await registers.places.gazetteer())


@router.get("/code-tables")
async def list_code_tables(_: Reader) -> CodeTablesOut:
    """The names of all code tables."""
    tables = (CodeTableNameOut(name=table.name, title=_title(table)) for table in CODE_TABLES.values())
    return CodeTablesOut(data=list(tables))


@router.get("/code-tables/{name}", responses=problems(404, 422))
async def show_code_table(_: Reader, name: TableName) -> CodeTableOut:
    """The codes of a field and what they mean."""
    table = CODE_TABLES.get(name)
    if table is None:
        raise NotFound()
    codes = [CodeOut(code=each.code, zh=each.zh, en=each.en) for each in table.codes]
    return CodeTableOut(name=table.name, title=_title(table), codes=codes)


@router.get("/error-codes")
async def list_error_codes(_: Annotated[None, public()]) -> ErrorCodesOut:
    """Every code a refusal may carry: what happened, what to do, who can help."""
    return ErrorCodesOut(data=[_error_out(CATALOGUE[code]) for code in sorted(CATALOGUE)])


def _division_out(division: Division, gazetteer: Gazetteer) -> DivisionOut:
    return DivisionOut(
        code=division.code,
        level=division.level,
        name=division.name,
        short_name=division.short_name,
        kind=division.kind,
        parent=division.parent or None,
        children=len(gazetteer.children(division.code)),
    )


def _tree(division: Division, gazetteer: Gazetteer) -> DivisionTreeOut:
    return DivisionTreeOut(
        code=division.code,
        level=division.level,
        name=division.name,
        short_name=division.short_name,
        kind=division.kind,
        children=[_tree(child, gazetteer) for child in gazetteer.children(division.code)],
    )


def _title(table: CodeTable) -> WordsOut:
    return WordsOut(zh=table.zh, en=table.en)


def _error_out(message: Message) -> ErrorCodeOut:
    return ErrorCodeOut(
        code=message.code,
        status=message.status or None,
        retryable=message.retryable,
        zh=_text_out(message.zh),
        en=_text_out(message.en),
    )


def _text_out(text: Text) -> ErrorTextOut:
    return ErrorTextOut(detail=text.detail, fix=text.fix, ask=text.ask)
