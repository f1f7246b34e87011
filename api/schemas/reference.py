"""Reference data on the wire: divisions, code tables, the catalogue of errors."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.domain.divisions import Level
from api.schemas.base import In, Label, Out, ShortText

DivisionCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{9}|[0-9]{12})$", max_length=12)]


class DivisionIn(In):
    """A township (9 digits) or a village (12 digits); its parent is what the code begins with.

    ``kind``: 镇, 街道, 村委会 …; ``short_name`` as people say it, the name itself unless given.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "350303104299", "name": "迎新村村委会", "short_name": "迎新村", "kind": "村委会"}]
        }
    )

    code: DivisionCode
    name: ShortText = Field(max_length=60)
    short_name: ShortText | None = Field(default=None, max_length=60)
    kind: Label


class DivisionOut(Out):
    """``parent``: the code of the unit around it, null for the district. ``children``: how many it has."""

    code: str
    level: Level
    name: str
    short_name: str
    kind: str
    parent: str | None
    children: int


class DivisionTreeOut(Out):
    """A unit with the units in it, down to the villages."""

    code: str
    level: Level
    name: str
    short_name: str
    kind: str
    children: list["DivisionTreeOut"]


class WordsOut(Out):
    zh: str
    en: str


class CodeOut(WordsOut):
    code: str


class CodeTableOut(Out):
    """The codes of one field in their own order."""

    name: str
    title: WordsOut
    codes: list[CodeOut]


class CodeTableNameOut(Out):
    name: str
    title: WordsOut


class CodeTablesOut(Out):
    data: list[CodeTableNameOut]


class ErrorTextOut(Out):
    """What happened, what to do about it, who can help; names in braces are filled from ``params``."""

    detail: str
    fix: str
    ask: str


class ErrorCodeOut(Out):
    """``status``: of a request that ends with this code alone; null where it only stands for a field or row."""

    code: str
    status: int | None
    retryable: bool
    zh: ErrorTextOut
    en: ErrorTextOut


class ErrorCodesOut(Out):
    data: list[ErrorCodeOut]
