"""What a cell says: dates, amounts, yes and no, words of a list, in the spellings offices use.

Every reader answers a ``Reading``: the value, or why there is none; a value taken with reservations carries
a warning. A blank cell is a reading without value and without fault. Nothing is guessed about identity.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from api.domain.errors import Fault
from api.domain.identity import fold_name, normalise_id, parse_phone
from api.imports.cells import Cell, NoResult, is_blank

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What one cell gave. Without value and fault: the cell is blank."""

    value: T | None = None
    fault: Fault | None = None
    warning: Fault | None = None


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})  # controls, zero-width and directional marks


def text(cell: Cell) -> str:
    """The cell as text, composed, on one line, without invisible characters; empty for blanks and NoResult.

    Whole numbers have no decimal tail.
    """
    if cell is None or isinstance(cell, NoResult):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    words = " ".join(unicodedata.normalize("NFC", str(cell)).split())
    return "".join(character for character in words if unicodedata.category(character) not in _INVISIBLE)


def word(cell: Cell) -> str:
    """The cell as one word to compare: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text(cell)).split())


def _reader(read: Callable[[Cell], Reading[T]]) -> Callable[[Cell], Reading[T]]:
    """Blank cells and formulas without result are alike for every reader."""

    def reader(cell: Cell) -> Reading[T]:
        if isinstance(cell, NoResult):
            return Reading(fault=Fault("formula_without_result"))
        return Reading() if is_blank(cell) else read(cell)

    return reader


# --- who ----------------------------------------------------------------------------------------------

_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_DIGITS_KEPT = 15  # of a number cell
_NOT_A_NAME = re.compile(r"\d")


@_reader
def read_name(cell: Cell) -> Reading[str]:
    """A name of 2 to 30 characters without digits; blanks in a Chinese name only align the column."""
    name = text(cell)
    if any(character >= "\u2e80" for character in name):
        name = fold_name(name)
    if not 2 <= len(name) <= 30 or _NOT_A_NAME.search(name):
        return Reading(fault=Fault("name_format"))
    return Reading(name)


@_reader
def read_number(cell: Cell) -> Reading[str]:
    """An ID or certificate number as text, half-width and without blanks; its digits are not judged.

    A number cell keeps 15 digits: what is longer has lost its end, and is refused.
    """
    number = normalise_id(text(cell)).lstrip("'’‘`")
    return Reading(fault=Fault("id_digits_lost")) if _lost_digits(cell, number) else Reading(number)


@_reader
def read_code(cell: Cell) -> Reading[str]:
    """A number some program gave, as text: half-width, without blanks, its letters as they are."""
    code = word(cell)
    return Reading(fault=Fault("id_digits_lost")) if _lost_digits(cell, code.upper()) else Reading(code)


def _lost_digits(cell: Cell, number: str) -> bool:
    too_long = isinstance(cell, (int, float)) and abs(cell) >= 10**_DIGITS_KEPT
    return too_long or _EXPONENT.fullmatch(number) is not None


@_reader
def read_phone(cell: Cell) -> Reading[str]:
    """One phone number; 无 is a reading without value."""
    return Reading() if word(cell) in _NOTHING else _phone(text(cell))


def _phone(number: str) -> Reading[str]:
    parsed = parse_phone(number)
    return Reading(fault=parsed) if isinstance(parsed, Fault) else Reading(parsed)


def read_phones(cell: Cell) -> tuple[Reading[str], ...]:
    """Every number in a cell: 13800000000/0594-3591234."""
    one = read_phone(cell)
    if one.fault is None:
        return (one,) if one.value else ()
    parts = [part for part in re.split(r"[、,，;；/]|\s{2,}|\n", text(cell)) if part.strip()]
    return tuple(map(_phone, parts)) if len(parts) > 1 else (one,)


# --- when ---------------------------------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})[^\d:]{1,2}(\d{1,2})(?:[^\d:]{1,2}(\d{1,2}))?(?:月份?|[日号.]|(?=[T\s]|$|上|下))")
_AROUND_PARTS = re.compile(r"\s*([年月日号./-])\s*(?!\d{1,2}:)")
_COMPACT_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-7]\d{4}(?:\.\d+)?")  # 1927 to 2119, as Excel counts days; the fraction is the hour
_SERIAL_EPOCH = date(1899, 12, 30)
_CLOCK = re.compile(r"(上午|下午|晚上?|中午|凌晨)?(\d{1,2})[:点时](\d{1,2})?分?(?::\d{1,2}(?:\.\d+)?)?")
_COMPACT_CLOCK = re.compile(r"(\d{2})(\d{2})")
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_TENS = re.compile(r"(\d?)十(\d?)")


@_reader
def read_date(cell: Cell) -> Reading[date]:
    """A day: 2025年2月7日, 2023-12-28, 2023.10.12, 20230815, 二〇二三年十月一日, a date cell, Excel's number.

    A month without a day is its first day, with a warning. What leaves the order of day and month open
    (10/12/2023), or the century (23.8.15), is refused.
    """
    if isinstance(cell, datetime):
        return Reading(cell.date())
    if isinstance(cell, date):
        return Reading(cell)
    words = _AROUND_PARTS.sub(r"\1", _arabic(unicodedata.normalize("NFKC", text(cell))))
    if _SERIAL.fullmatch(words):
        return Reading(_SERIAL_EPOCH + timedelta(days=int(float(words))))
    match = _COMPACT_DAY.fullmatch(words) or _DAY.match(words)
    if match is None:
        return Reading(fault=Fault("date_unreadable"))
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        return Reading(date(year, month, day or 1), warning=None if day else Fault("date_month_only"))
    except ValueError:
        return Reading(fault=Fault("date_unreadable"))


@_reader
def read_times(cell: Cell) -> Reading[tuple[time, ...]]:
    """The one or two times of day in a cell: 08:15, 8点15分, 下午3点, 0815, 08:15-08:45, a time cell.

    A day written before the time is passed over.
    """
    if isinstance(cell, datetime):
        return Reading((cell.time(),))
    if isinstance(cell, time):
        return Reading((cell,))
    if isinstance(cell, timedelta) or (isinstance(cell, float) and 0 <= cell < 1):
        span = cell if isinstance(cell, timedelta) else timedelta(days=cell)
        hours, minutes = divmod(round(span / timedelta(minutes=1)), 60)
        return Reading((time(hours % 24, minutes),))
    words = word(cell).replace("半", "30分").replace("整", "")
    compact = _COMPACT_CLOCK.fullmatch(words)
    found = [(None, *compact.groups())] if compact else _CLOCK.findall(words)
    try:
        times = tuple(_clock(*parts) for parts in found[:2])
    except ValueError:
        times = ()
    return Reading(times) if times else Reading(fault=Fault("time_unreadable"))


def _clock(part_of_day: str | None, hours: str, minutes: str) -> time:
    hour = int(hours)
    if part_of_day in ("下午", "晚", "晚上") and hour < 12:
        hour += 12
    return time(hour, int(minutes or 0))


def _arabic(words: str) -> str:
    """Chinese numerals of a date as digits: 二〇二三年十月二十一日."""
    return _TENS.sub(lambda match: f"{match[1] or 1}{match[2] or 0}", words.translate(_CHINESE_DIGITS))


# --- how much -----------------------------------------------------------------------------------------

_NOTHING = frozenset(
    {"无", "没有", "/", "\\", "-", "--", "—", "——", "无电话", "空", "暂无", "不详", "未知", "NONE", "None"}
)
_APPROXIMATELY = re.compile(r"约|大概|左右|上下|多|余|近|±|\+")
_AMOUNT = re.compile(r"(?:每?[月年人]|人民币|RMB|¥|￥)*(\d+(?:\.\d+)?)(万|千)?(?:元|块钱?)?(?:整|每月|/月|/人)*")
_MOST = Decimal("999999.99")


@_reader
def read_amount(cell: Cell) -> Reading[Decimal]:
    """Yuan: 850, 1200.5, 1,200元, 约800 (with a warning), 无 (nothing: 0). Ranges are refused."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _amount(Decimal(str(cell)))
    words = word(cell).replace(",", "")
    if words in ("无", "没有", "零"):
        return Reading(Decimal(0))
    if words in _NOTHING:
        return Reading()
    match = _AMOUNT.fullmatch(_APPROXIMATELY.sub("", words))
    if match is None:
        return Reading(fault=Fault("amount_unreadable"))
    reading = _amount(Decimal(match[1]) * {"万": 10_000, "千": 1_000}.get(match[2], 1))
    if _APPROXIMATELY.search(words) and reading.value is not None:
        return Reading(reading.value, warning=Fault("amount_approximate", params={"amount": str(reading.value)}))
    return reading


def _amount(yuan: Decimal) -> Reading[Decimal]:
    if not 0 <= yuan <= _MOST:
        return Reading(fault=Fault("amount_unreadable"))
    return Reading(yuan.quantize(Decimal("0.01")))


@_reader
def read_count(cell: Cell) -> Reading[int]:
    """A small whole number: 2, 2人."""
    match = re.fullmatch(r"(\d{1,2})[人个名位]?", _arabic(word(cell)))
    return Reading(int(match[1])) if match else Reading(fault=Fault("count_unreadable"))


# --- words of a list ----------------------------------------------------------------------------------

_YES = frozenset(
    {
        "是",
        "√",
        "✓",
        "✔",
        "☑",
        "v",
        "V",
        "Y",
        "y",
        "YES",
        "1",
        "有",
        "安全",
        "同意",
        "愿意",
        "自愿",
        "对",
        "●",
        "■",
        "达标",
    }
)
_NO = frozenset(
    {
        "否",
        "×",
        "x",
        "X",
        "✗",
        "✘",
        "N",
        "n",
        "NO",
        "0",
        "无",
        "没有",
        "不安全",
        "不同意",
        "不愿意",
        "不愿",
        "不自愿",
        "拒绝",
        "不是",
    }
)
_TICKS = frozenset({"√", "✓", "✔", "☑", "v", "V", "1", "是", "Y", "y", "●", "■", "有", "*"})
_NO_TICKS = frozenset({"", "0", "否", "×", "x", "X", "无", "N", "n", "/", "-", "—", "□", "☐"})
_ALIKE = 0.5


@_reader
def read_yes_no(cell: Cell) -> Reading[bool]:
    """是/否, √/×, 安全/不安全, 有/无, 同意/不同意, 1/0."""
    said = word(cell)
    if said in _YES or said in _NO:
        return Reading(said in _YES)
    return Reading(fault=Fault("yes_no_unreadable"))


def read_tick(cell: Cell) -> Reading[bool]:
    """A box of a column that stands for one word: ticked or not."""
    said = word(cell)
    if isinstance(cell, NoResult) or said not in _TICKS | _NO_TICKS:
        return Reading(fault=Fault("tick_unreadable"))
    return Reading(said in _TICKS)


def read_word(cell: Cell, words: Mapping[str, T], confusions: Mapping[str, str] | None = None) -> Reading[T]:
    """The value of one word of a list; an unknown word is refused with the likeliest one named.

    ``confusions``: words often written for another one, although they do not mean it.
    """
    if isinstance(cell, NoResult):
        return Reading(fault=Fault("formula_without_result"))
    said = word(cell)
    if not said:
        return Reading()
    if said in words:
        return Reading(words[said])
    return Reading(fault=unknown_word(said, words, confusions or {}))


def unknown_word(said: str, words: Mapping[str, object], confusions: Mapping[str, str]) -> Fault:
    """``word_unknown``, or ``word_confused`` where one word of the list is likely meant."""
    likely = confusions.get(said) or max(words, key=lambda known: _alikeness(said, known))
    if said in confusions or _alikeness(said, likely) > _ALIKE:
        return Fault("word_confused", params={"likely": likely})
    first_spellings: dict[object, str] = {}
    for known, value in words.items():
        first_spellings.setdefault(value, known)
    return Fault("word_unknown", params={"allowed": "、".join(first_spellings.values())})


def _alikeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
