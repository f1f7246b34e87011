"""Who somebody is: ID and certificate numbers, phones, names, masks, and the identifiers made here.

ID numbers follow GB 11643: region, date of birth, sequence (odd male, even female), check character. The
region is that of first registration and never a reason to refuse. Sex is coded by GB/T 2261.1. A number
that is wrong comes back as a Fault, never as an exception that might carry it into a log.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from threading import Lock
from uuid import UUID

from api.domain.errors import Fault


class IdType(StrEnum):
    RESIDENT = "resident"  # 居民身份证
    HMT_RESIDENCE = "hmt_residence"  # 港澳台居民居住证
    HMT_PERMIT = "hmt_pass"  # 港澳居民来往内地通行证、台湾居民来往大陆通行证
    FOREIGN_PERMANENT = "foreign_permanent"  # 外国人永久居留身份证
    PASSPORT = "passport"  # 护照
    NONE = "none"  # 无证件，须说明原因


class Sex(StrEnum):
    """GB/T 2261.1; ``code`` is the standard's digit."""

    MALE = "male"  # 男
    FEMALE = "female"  # 女
    UNKNOWN = "unknown"  # 未知
    UNSPECIFIED = "unspecified"  # 未说明

    @property
    def code(self) -> str:
        return _SEX_CODES[self]


_SEX_CODES = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "0", Sex.UNSPECIFIED: "9"}


# --- ID numbers ---------------------------------------------------------------------------------------

_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_FIRST_GENERATION = re.compile(r"[0-9]{15}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A valid 18-character number and what it says."""

    number: str = field(repr=False)
    born_on: date
    sex: Sex

    @property
    def region(self) -> str:
        """Six digits of the place of first registration, as the code then was."""
        return self.number[:6]


def normalise_id(text: str) -> str:
    """A number as files hold it, in one spelling: no blanks, half-width, upper-case X."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def parse_resident_id(text: str, today: date) -> ResidentId | Fault:
    """The number of a 居民身份证 (or 港澳台居民居住证), or why it is none.

    Codes: ``id_format``, ``id_first_generation`` (15 digits), ``id_birthdate`` (no such day, or in the
    future), ``id_checksum``.
    """
    number = normalise_id(text)
    if _FIRST_GENERATION.fullmatch(number):
        return Fault("id_first_generation")
    if not _RESIDENT_ID.fullmatch(number):
        return Fault("id_format")
    born_on = _date_of(number[6:14])
    if born_on is None or born_on > today:
        return Fault("id_birthdate")
    if number[17] != _check_character(number):
        return Fault("id_checksum")
    return ResidentId(number, born_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def sex_fault(sex: Sex, resident_id: ResidentId) -> Fault | None:
    """A stated sex that the number contradicts; unknown and unspecified contradict nothing."""
    stated = sex in (Sex.MALE, Sex.FEMALE)
    return Fault("sex_id_mismatch", "/sex") if stated and sex is not resident_id.sex else None


def resident_number(region: str, born_on: date, sequence: int) -> str:
    """The number with its check character; sequence numbers 990–999 are given to nobody."""
    number = f"{region}{born_on:%Y%m%d}{sequence:03d}"
    return number + _check_character(number)


def _check_character(number: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _date_of(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


# --- disability certificates --------------------------------------------------------------------------

_CERTIFICATE = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(?:B([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class DisabilityCertificate:
    """A 残疾人证 number: the holder's ID number, type, level 1–4, and how often it was re-issued."""

    number: str = field(repr=False)
    type: str  # 1 视力 2 听力 3 言语 4 肢体 5 智力 6 精神 7 多重
    level: int  # 1 极重度 … 4 轻度
    reissue: int = 0


def parse_certificate(text: str, resident_ids: Collection[str]) -> DisabilityCertificate | Fault:
    """The certificate, or why it is none; ``resident_ids`` are the holder's present and former numbers.

    Codes: ``certificate_format``, ``certificate_not_own``.
    """
    number = normalise_id(text)
    parts = _CERTIFICATE.fullmatch(number)
    if parts is None:
        return Fault("certificate_format")
    if parts[1] not in resident_ids:
        return Fault("certificate_not_own")
    return DisabilityCertificate(number, parts[2], int(parts[3]), int(parts[4] or 0))


# --- phones -------------------------------------------------------------------------------------------

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0[12][0-9]|0[3-9][0-9]{2})-?([0-9]{7,8})")
_EXTENSION = re.compile(r"(转|分机|EXT|#)[^0-9]*[0-9]{1,6}$")
_COUNTRY_CODE = re.compile(r"^(\+|00)86-?")


def parse_phone(text: str) -> str | Fault:
    """A mobile number as 11 digits or a landline as 0594-3591234, whatever blanks and dashes were typed.

    Codes: ``phone_extension`` (an extension cannot be dialled from a list), ``phone_format``.
    """
    number = _COUNTRY_CODE.sub("", re.sub(r"[()]", "", normalise_id(text)).replace("—", "-"))
    if _EXTENSION.search(number):
        return Fault("phone_extension")
    digits = number.replace("-", "")
    if _MOBILE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(digits)
    return f"{landline[1]}-{landline[2]}" if landline else Fault("phone_format")


# --- names --------------------------------------------------------------------------------------------

_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•‧・･∙⋅●．", "·"))


def fold_name(name: str) -> str:
    """A name for comparison: composed, without blanks, every middle dot alike; rare characters stay."""
    return "".join(unicodedata.normalize("NFC", name).split()).translate(_MIDDLE_DOTS)


def names_alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: same surname, or half of the shorter one's characters shared."""
    first, second = fold_name(one), fold_name(other)
    if not first or not second:
        return False
    shared = len(set(first) & set(second))
    return first[0] == second[0] or 2 * shared >= min(len(set(first)), len(set(second)))


# --- masks --------------------------------------------------------------------------------------------


def mask_id(number: str) -> str:
    """``3503**********1234``; anything too short for that shows nothing."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_phone(number: str) -> str:
    """``138****1234``; of a landline only the last four."""
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[7:]}"
    return "*" * max(len(number) - 4, 4) + number[-4:]


def mask_certificate(number: str) -> str:
    """First four; the rest would tell type and level."""
    return number[:4] + "*" * max(len(number) - 4, 0)


def mask_name(name: str) -> str:
    """The surname's first character; the rest is hidden, with its length."""
    return f"{name[:1]}**"


def mask_address(village_name: str) -> str:
    """The village; the door is hidden, with its length."""
    return f"{village_name}***"


# --- identifiers made here ----------------------------------------------------------------------------


class _Sequence:
    """Numbers the identifiers of one instant, so that what is made later sorts later (RFC 9562, 6.2)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._instant = -1
        self._next = 0

    def take(self, instant: int) -> int:
        with self._lock:
            if instant != self._instant:
                self._instant, self._next = instant, 0
            self._next += 1
            return self._next


_sequence = _Sequence()


def uuid7(now: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562): sorts by ``now`` (aware) to the microsecond, then in order of making."""
    milliseconds = int(now.timestamp()) * 1000 + now.microsecond // 1000
    fraction = now.microsecond % 1000 * 4096 // 1000
    order = _sequence.take(milliseconds << 12 | fraction) % (1 << 22)
    tail = order << 40 | secrets.randbits(40)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | tail)


def short_no(sequence: int) -> str:
    """探访编号 of the ``sequence``-th elder: seven digits and a check digit; ValueError past 9,999,999."""
    if not 0 <= sequence <= 9_999_999:
        raise ValueError("a short number has seven digits")
    digits = f"{sequence:07d}"
    return digits + _check_digit(digits)


def is_short_no(text: str) -> bool:
    """Whether ``text`` is a 探访编号 without a slip of one digit or of two neighbours."""
    return re.fullmatch(r"[0-9]{8}", text) is not None and _check_digit(text[:7]) == text[7]


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
