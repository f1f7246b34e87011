"""What a cell says, in the spellings offices use."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from api.imports import words
from api.imports.cells import Cell, NoResult
from api.imports.values import (
    Reading,
    read_amount,
    read_code,
    read_count,
    read_date,
    read_name,
    read_number,
    read_phone,
    read_phones,
    read_tick,
    read_times,
    read_word,
    read_yes_no,
)


def fault_of(reading: Reading[Any]) -> str:
    assert reading.fault
    return reading.fault.code


@pytest.mark.parametrize(
    "cell",
    [
        "2025年2月7日",
        "2025-02-07",
        "2025-2-7",
        "2025.2.7",
        "2025.02.07.",
        "2025/2/7",
        "20250207",
        20250207,
        "２０２５年２月７日",
        " 2025 年 2 月 7 号",
        "二〇二五年二月七日",
        "2025-02-07 08:15:00",
        "2025-02-07T08:15",
        45695,
        "45695",
        45695.5,
        date(2025, 2, 7),
        datetime.combine(date(2025, 2, 7), time(8, 15)),
    ],
)
def test_a_day_is_read_in_any_spelling(cell: Cell) -> None:
    assert read_date(cell).value == date(2025, 2, 7)


@pytest.mark.parametrize(("cell", "day"), [("二〇二三年十月二十一日", (10, 21)), ("二○二三年十二月三十日", (12, 30))])
def test_a_day_is_read_from_chinese_numerals(cell: str, day: tuple[int, int]) -> None:
    assert read_date(cell).value == date(2023, *day)


@pytest.mark.parametrize("cell", ["2023.8", "2023年8月", "2023年8月份", "2023-08", "2023/8"])
def test_a_month_without_a_day_is_its_first_day_and_says_so(cell: str) -> None:
    reading = read_date(cell)
    assert reading.value == date(2023, 8, 1)
    assert reading.warning
    assert reading.warning.code == "date_month_only"


@pytest.mark.parametrize("cell", ["10/12/2023", "23.8.15", "2023-13-01", "2023年2月30日", "去年", 7, True, "2023"])
def test_a_day_that_could_be_another_is_refused(cell: Cell) -> None:
    assert fault_of(read_date(cell)) == "date_unreadable"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("08:15", [time(8, 15)]),
        ("8:15:30", [time(8, 15)]),
        ("８：１５", [time(8, 15)]),
        ("8点15分", [time(8, 15)]),
        ("8点半", [time(8, 30)]),
        ("下午3点", [time(15)]),
        ("上午8:15至下午1:05", [time(8, 15), time(13, 5)]),
        ("2026-10-20 08:15-08:45", [time(8, 15), time(8, 45)]),
        ("0815", [time(8, 15)]),
        (time(8, 15), [time(8, 15)]),
        (0.34375, [time(8, 15)]),
        (timedelta(hours=8, minutes=15), [time(8, 15)]),
        (datetime.combine(date(2026, 10, 20), time(8, 15)), [time(8, 15)]),
    ],
)
def test_a_time_of_day_is_read_in_any_spelling(cell: Cell, expected: list[time]) -> None:
    assert list(read_times(cell).value or ()) == expected


@pytest.mark.parametrize("cell", ["上午", "25:00", "8", "很早"])
def test_what_is_no_time_is_refused(cell: str) -> None:
    assert fault_of(read_times(cell)) == "time_unreadable"


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        (850, "850"),
        (1200.5, "1200.5"),
        ("1,200元", "1200"),
        ("１２００", "1200"),
        ("每月150元", "150"),
        ("165元/月", "165"),
        ("0.5万", "5000"),
        ("无", "0"),
        (0, "0"),
    ],
)
def test_an_amount_is_read_with_its_words(cell: Cell, yuan: str) -> None:
    reading = read_amount(cell)
    assert (reading.value, reading.warning) == (Decimal(yuan), None)


@pytest.mark.parametrize("cell", ["约800", "800左右", "800多元", "大概800元"])
def test_an_approximate_amount_is_taken_with_a_warning(cell: str) -> None:
    reading = read_amount(cell)
    assert reading.value == 800
    assert reading.warning
    assert reading.warning.code == "amount_approximate"


@pytest.mark.parametrize("cell", ["800-1000", "很少", -5, 2_000_000, "8OO"])
def test_an_amount_that_is_none_is_refused(cell: Cell) -> None:
    assert fault_of(read_amount(cell)) == "amount_unreadable"


@pytest.mark.parametrize("cell", ["/", "—", "不详", "", None, "　"])
def test_a_stroke_for_nothing_known_is_a_blank(cell: Cell) -> None:
    assert read_amount(cell).value is None
    assert read_amount(cell).fault is None


@pytest.mark.parametrize("cell", ["是", "√", "✓", "安全", "有", "同意", "愿意", "Ｙ", 1, True])
def test_yes_has_many_spellings(cell: Cell) -> None:
    assert read_yes_no(cell).value is True


@pytest.mark.parametrize("cell", ["否", "×", "不安全", "无", "不同意", "不愿意", "X", 0, False])
def test_no_has_many_spellings(cell: Cell) -> None:
    assert read_yes_no(cell).value is False


def test_a_ticked_box_is_told_from_an_empty_one_and_from_anything_else() -> None:
    assert all(read_tick(cell).value is True for cell in ("√", "✔", 1, "是", True))
    assert all(read_tick(cell).value is False for cell in (None, "", "□", 0, "否"))
    assert fault_of(read_tick("也许")) == "tick_unreadable"


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("138 0013 8000", "13800138000"),
        (13800138000, "13800138000"),
        (13800138000.0, "13800138000"),
        ("0594-3591234", "0594-3591234"),
    ],
)
def test_a_phone_is_read_however_it_was_typed(cell: Cell, number: str) -> None:
    assert read_phone(cell).value == number


def test_a_cell_with_two_phones_gives_both() -> None:
    readings = read_phones("13800138000/0594-3591234")
    assert [reading.value for reading in readings] == ["13800138000", "0594-3591234"]
    assert read_phones("无") == ()


@pytest.mark.parametrize("cell", [3.5030319610223e17, 350303196102230000, "3.50303E+17", "3.50303196102239e17"])
def test_an_id_number_kept_as_a_number_has_lost_its_end(cell: Cell) -> None:
    assert fault_of(read_number(cell)) == "id_digits_lost"


@pytest.mark.parametrize(
    "cell",
    [
        " 350303 19540527 9934 ",
        "３５０３０３１９５４０５２７９９３４",
        "'350303195405279934",
        "350303195405279934\u200b",
    ],
)
def test_an_id_number_is_text_whatever_surrounds_it(cell: str) -> None:
    assert read_number(cell).value == "350303195405279934"


def test_a_records_own_number_keeps_the_case_of_its_letters() -> None:
    assert read_code(" hj-０１Ab ").value == "hj-01Ab"
    assert read_code(1024).value == "1024"


@pytest.mark.parametrize(
    ("cell", "name"),
    [("刘　兰来", "刘兰来"), ("阿依古丽·买买提", "阿依古丽·买买提"), ("Ana Wong", "Ana Wong"), ("𠮷田", "𠮷田")],
)
def test_a_name_keeps_what_belongs_to_it(cell: str, name: str) -> None:
    assert read_name(cell).value == name


@pytest.mark.parametrize("cell", ["陈", "陈金花2", 12, "长" * 31])
def test_what_cannot_be_a_name_is_refused(cell: Cell) -> None:
    assert fault_of(read_name(cell)) == "name_format"


def test_a_count_of_people_is_read_with_its_word() -> None:
    assert [read_count(cell).value for cell in (2, "2人", "两", "三人", None)] == [2, 2, None, 3, None]


def test_a_formula_without_result_says_so_everywhere() -> None:
    readings = [read(NoResult.NO_RESULT) for read in (read_name, read_number, read_date, read_amount, read_yes_no)]
    assert {fault_of(reading) for reading in readings} == {"formula_without_result"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("独居老人/空巢老人", ("独居", "空巢")),
        ("独居老年人 空巢", ("独居", "空巢")),
        ("独居,空巢老人；留守", ("独居", "空巢", "留守")),
        ("独居空巢老人", ("独居", "空巢")),
        ("失能老年人（包括中、重）", ("失能",)),
        ("计划生育特殊家庭老年人", ("计划生育特殊家庭",)),
        ("□孤寡老年人 ☑独居老年人 □空巢老年人", ("独居",)),
        ("孤独老人", ("孤独",)),
    ],
)
def test_categories_in_one_cell_are_parted(said: str, expected: tuple[str, ...]) -> None:
    assert words.category_words(said) == expected


def test_an_unknown_word_is_answered_with_the_words_to_choose_from() -> None:
    fault = read_word("某某", words.TIERS).fault
    assert fault
    assert (fault.code, fault.params) == ("word_unknown", {"allowed": "重点、一般"})


def test_a_slip_of_the_pen_is_answered_with_the_word_that_was_meant() -> None:
    fault = read_word("上门探仿", words.METHODS).fault
    assert fault
    assert (fault.code, fault.params) == ("word_confused", {"likely": "上门探访"})
