"""The strict building blocks of everything that crosses the wire.

What comes in is refused, never bent: unknown fields, numbers as dates, ``"yes"`` as true, text with
control characters. ``faults_of`` says what is wrong with stable codes and pointers and never the value.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from api.domain.errors import Fault, Refused
from api.messages import CATALOGUE, Language, spoken


class In(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What a client gets: every field always there, so none has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


# --- text ---------------------------------------------------------------------------------------------

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, separators of lines and paragraphs


def _composed(value: Any, allowed: str) -> Any:
    if not isinstance(value, str):
        return value
    for character in value:
        if character in _BIDI or (unicodedata.category(character) in _REFUSED and character not in allowed):
            raise PydanticCustomError("text_not_allowed", "a character that is not allowed")
    return unicodedata.normalize("NFC", value)


def _one_line(value: Any) -> Any:
    return _composed(value, allowed="")


def _lines(value: Any) -> Any:
    text = _composed(value, allowed="\t\n\r")
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def _without_digits(value: str) -> str:
    if any(character.isdigit() for character in value):
        raise PydanticCustomError("name_has_digits", "a digit in a name")
    return value


def _between(least: int, most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Name = Annotated[str, _between(2, 30), BeforeValidator(_one_line), AfterValidator(_without_digits)]
Label = Annotated[str, _between(1, 30), BeforeValidator(_one_line)]
Title = Annotated[str, _between(1, 60), BeforeValidator(_one_line)]
ShortText = Annotated[str, _between(1, 120), BeforeValidator(_one_line)]
Text500 = Annotated[str, _between(1, 500), BeforeValidator(_lines)]
Text = Annotated[str, _between(1, 2000), BeforeValidator(_lines)]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$", max_length=64)]
AreaText = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{3}){0,2}$", max_length=12)]  # 县, 乡镇 or 村
VillageCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$", max_length=12)]


# --- time ---------------------------------------------------------------------------------------------

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_YEARS = range(1900, 2200)  # wide enough for everybody alive; far from the ends of the calendar


def _civil_date(value: Any) -> date:
    if not isinstance(value, str):
        raise PydanticCustomError("value_type", "not a string", {"expected": "string"})
    day = _read(date, value) if _DATE.fullmatch(value) else None
    if day is None:
        raise PydanticCustomError("date_format", "not YYYY-MM-DD")
    _check_year(day.year)
    return day


def _instant(value: Any) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("value_type", "not a string", {"expected": "string"})
    written = _INSTANT.fullmatch(value)
    instant = _read(datetime, value.upper()) if written else None
    if written is None or instant is None:
        raise PydanticCustomError("instant_format", "not RFC 3339")
    if instant.utcoffset() is None:
        raise PydanticCustomError("instant_needs_offset", "no offset")
    _check_year(instant.year)
    return instant.astimezone(UTC)


D = TypeVar("D", date, datetime)


def _read(kind: type[D], text: str) -> D | None:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return None


def _check_year(year: int) -> None:
    if year not in _YEARS:
        raise PydanticCustomError("value_out_of_range", "year", {"limit": f"{_YEARS[0]}–{_YEARS[-1]}"})


CivilDate = Annotated[
    date, BeforeValidator(_civil_date), WithJsonSchema({"type": "string", "format": "date", "maxLength": 10})
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "maxLength": 40}),
]


class ShownAs:
    """Marks a value that is parsed later, item by item; OpenAPI still shows what it must look like."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


# --- what is wrong ------------------------------------------------------------------------------------

MOST_FAULTS = 100

T = TypeVar("T", bound=BaseModel)


def parsed(model: type[T], raw: object) -> T | tuple[Fault, ...]:
    """``raw`` (decoded JSON) as ``model``, or everything that is wrong with it."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        return faults_of(error)


def read(model: type[T], raw: object) -> T:
    """``raw`` as ``model``, for whoever cannot go on without it. Raises Refused with everything that is wrong."""
    form = parsed(model, raw)
    if isinstance(form, tuple):
        raise Refused(form)
    return form


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """At most 100 faults with the catalogue's codes and JSON Pointers; nothing that was sent is in them."""
    details = error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
    return tuple(_fault(detail["type"], detail["loc"], detail.get("ctx", {})) for detail in details)


def faults_of_errors(errors: Sequence[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """The same for the web framework's errors, whose places begin with ``body`` or, say, ``query``."""
    return tuple(
        _fault(detail["type"], _below_body(detail["loc"]), detail.get("ctx", {})) for detail in errors[:MOST_FAULTS]
    )


def _below_body(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return place[1:] if place[:1] == ("body",) else place


_CODES = {
    "missing": "field_missing",
    "extra_forbidden": "field_unknown",
    "invalid_key": "field_unknown",
    "string_too_long": "value_too_long",
    "too_long": "value_too_long",
    "string_too_short": "value_too_short",
    "too_short": "value_too_short",
    "string_unicode": "text_not_allowed",
    "enum": "value_not_listed",
    "literal_error": "value_not_listed",
    "greater_than_equal": "value_out_of_range",
    "greater_than": "value_out_of_range",
    "less_than_equal": "value_out_of_range",
    "less_than": "value_out_of_range",
}
_EXPECTED = {
    "string_type": "string",
    "uuid_type": "string",
    "int_type": "integer",
    "int_parsing": "integer",
    "float_type": "number",
    "float_parsing": "number",
    "finite_number": "number",
    "decimal_type": "number",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "tuple_type": "array",
    "list_type": "array",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
}
_LIMITS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def _fault(kind: str, path: tuple[int | str, ...], context: Mapping[str, Any]) -> Fault:
    """A pydantic error with those parts of its context that come from the schema alone."""
    pointer = _pointer(path)
    if kind in CATALOGUE and kind not in _CODES:  # raised by a validator of ours
        return Fault(kind, pointer, context)
    if kind in _EXPECTED:
        return Fault("value_type", pointer, {"expected": _EXPECTED[kind]})
    code = _CODES.get(kind, "value_format")
    return Fault(code, pointer, dict(_params(code, context)))


def _params(code: str, context: Mapping[str, Any]) -> Iterator[tuple[str, str | int]]:
    if code == "value_not_listed":
        yield "allowed", context["expected"].replace("'", "").replace(" or ", ", ")
    for name, sign in _LIMITS.items():
        if name in context:
            yield "limit", f"{sign} {context[name]}"
    for name, param in (("max_length", "max"), ("min_length", "min")):
        if name in context:
            yield param, context[name]


_FIELD_NAME = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,3}")


def _pointer(path: tuple[int | str, ...]) -> str:
    """A JSON Pointer; it ends before a key that is no plausible field name: that could be anything."""
    pointer = ""
    for part in path:
        if isinstance(part, str) and not _FIELD_NAME.fullmatch(part):
            break
        pointer += f"/{part}"
    return pointer


class FaultOut(Out):
    """One thing that is wrong, where, what to do about it and who can help."""

    pointer: str
    code: str
    detail: str
    fix: str
    ask: str
    params: dict[str, str | int]

    @classmethod
    def of(cls, fault: Fault, language: Language) -> "FaultOut":
        text = spoken(fault.code, fault.params, language)
        return cls(
            pointer=fault.pointer,
            code=fault.code,
            detail=text.detail,
            fix=text.fix,
            ask=text.ask,
            params=dict(fault.params),
        )
