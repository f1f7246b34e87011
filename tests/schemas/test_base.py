"""The strict building blocks: what they take, what they refuse, and that they never say what was sent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, StrictBool

from api.domain.errors import Fault
from api.messages import CATALOGUE, Language
from api.schemas.base import CivilDate, FaultOut, In, Instant, Name, ShortText, Text, faults_of_errors, parsed


class Everything(In):
    name: Name | None = None
    short: ShortText | None = None
    text: Text | None = None
    day: CivilDate | None = None
    at: Instant | None = None
    yes: StrictBool | None = None


def taken(**raw: Any) -> Any:
    form = parsed(Everything, raw)
    assert isinstance(form, Everything), form
    (value,) = (value for name, value in form if name in raw)
    return value


def refused(**raw: Any) -> str:
    found = parsed(Everything, raw)
    assert isinstance(found, tuple), found
    (fault,) = found
    assert fault.pointer == f"/{next(iter(raw))}"
    return fault.code


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\u202e", "\u2066", "\u2028"])
@pytest.mark.parametrize("field", ["name", "short", "text"])
def test_controls_surrogates_and_overrides_are_refused_in_every_text(field: str, mark: str) -> None:
    assert refused(**{field: f"陈{mark}英"}) == "text_not_allowed"


@pytest.mark.parametrize("text", ["𠮷田", "㐂婆", "买买提·艾力", "陈秀英"])
def test_rare_characters_and_middle_dots_stay_as_they_are(text: str) -> None:
    assert taken(name=text) == text


def test_long_texts_keep_their_lines_and_short_ones_have_none() -> None:
    assert taken(text="一\r\n二\t三\r四") == "一\n二\t三\n四"
    assert refused(short="一\n二") == "text_not_allowed"


def test_text_is_composed_and_trimmed_before_it_is_measured() -> None:
    assert taken(short="  Z\u0308hre\u3000") == "Z̈hre"
    assert taken(name="e\u0301" * 30) == "é" * 30
    assert refused(short="   ") == "value_too_short"
    assert refused(text="长" * 2001) == "value_too_long"


def test_names_have_no_digits() -> None:
    assert refused(name="陈秀英3") == "name_has_digits"
    assert refused(name="陈秀英３") == "name_has_digits"


@pytest.mark.parametrize(
    "value", [0, 86400, 1.5, True, ["2026-01-01"], date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)]
)
def test_a_date_is_text_and_nothing_else(value: Any) -> None:
    assert refused(day=value) == "value_type"
    assert refused(at=value) == "value_type"


@pytest.mark.parametrize("text", ["86400", "20260101", "2026-1-1", "2026-02-30", "２０２６-01-01", "2026-01-01T00:00"])
def test_only_existing_days_in_one_spelling_are_dates(text: str) -> None:
    assert refused(day=text) == "date_format"


@pytest.mark.parametrize(
    "text", ["1767225600", "2026-01-01", "2026-01-01 08:00Z", "2026-01-01T25:00Z", "20260101T0800Z"]
)
def test_only_rfc_3339_is_an_instant(text: str) -> None:
    assert refused(at=text) == "instant_format"


def test_an_instant_without_offset_is_told_so() -> None:
    assert refused(at="2026-10-05T09:30:00") == "instant_needs_offset"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1899-12-31T23:00:00Z"])
def test_years_beyond_everybody_alive_are_out_of_range(text: str) -> None:
    assert refused(at=text) == "value_out_of_range"
    assert refused(day=text[:10]) == "value_out_of_range"


def test_instants_come_out_in_utc() -> None:
    assert taken(at="2026-11-01T00:30:00+08:00") == datetime(2026, 10, 31, 16, 30, tzinfo=UTC)
    assert taken(at="2026-11-01t00:30:00.123456789z").microsecond == 123456


def test_yes_is_no_boolean() -> None:
    assert refused(yes="yes") == "value_type"
    assert refused(yes=1) == "value_type"


def test_an_unknown_field_is_pointed_at_by_name_if_it_has_one() -> None:
    assert parsed(Everything, {"is_active": 1}) == (Fault("field_unknown", "/is_active"),)
    assert parsed(Everything, {"350303194103159991": 1}) == (Fault("field_unknown", ""),)
    assert parsed(Everything, {"陈秀英": 1}) == (Fault("field_unknown", ""),)


@pytest.mark.parametrize("raw", [None, 5, "text", [], [1], True])
def test_what_is_no_object_is_a_value_of_the_wrong_type(raw: Any) -> None:
    assert parsed(Everything, raw) == (Fault("value_type", "", {"expected": "object"}),)


def test_at_most_a_hundred_faults_are_named() -> None:
    found = parsed(Everything, {f"x{'y' * (n % 40)}{'z' * (n // 40)}": 1 for n in range(300)})
    assert isinstance(found, tuple)
    assert len(found) == 100


class Odd(BaseModel):
    number: int = 0
    ratio: Decimal = Decimal(0)


@pytest.mark.parametrize(
    ("raw", "code"),
    [({"number": "x"}, "value_type"), ({"ratio": "x"}, "value_format"), ({"number": 1.5}, "value_format")],
)
def test_errors_of_any_model_have_a_code_of_the_catalogue(raw: Any, code: str) -> None:
    found = parsed(Odd, raw)
    assert isinstance(found, tuple)
    assert [fault.code for fault in found] == [code]
    assert code in CATALOGUE


def test_the_frameworks_errors_point_into_the_body_or_name_the_parameter() -> None:
    errors = [
        {"type": "missing", "loc": ("body",)},
        {"type": "extra_forbidden", "loc": ("body", "items", 3, "is_active")},
        {"type": "less_than_equal", "loc": ("query", "page_size"), "ctx": {"le": 200}},
    ]
    assert faults_of_errors(errors) == (
        Fault("field_missing", ""),
        Fault("field_unknown", "/items/3/is_active"),
        Fault("value_out_of_range", "/query/page_size", {"limit": "≤ 200"}),
    )


def test_a_fault_is_spoken_in_two_languages_with_one_code() -> None:
    fault = Fault("value_too_long", "/notes", {"max": 2000})
    zh, en = FaultOut.of(fault, Language.ZH), FaultOut.of(fault, Language.EN)
    assert (zh.code, zh.params) == (en.code, en.params)
    assert "2000" in zh.detail
    assert zh.detail != en.detail
