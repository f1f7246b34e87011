"""The boxes of Annex 3 that a person may stand without: reach, health, means, living, help received."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from api.domain.errors import Fault
from api.domain.family import relation_of
from api.imports import words
from api.imports.lines import Facts, Line, filled
from api.imports.values import (
    Reading,
    read_amount,
    read_name,
    read_phone,
    read_phones,
    read_word,
    read_yes_no,
    text,
    unknown_word,
    word,
)

E = TypeVar("E", bound=StrEnum)

_NOTHING = frozenset({"", "无", "/", "-", "—", "没有", "暂无"})


def optional_facts(line: Line) -> Facts:
    """What the row says beside who, where and which kind, in wire shape; the unreadable becomes a warning."""
    return filled(
        {
            **_phones(line),
            "emergency_contact": _contact(line, "emergency"),
            "primary_contact": _contact(line, "primary"),
            "registered_address": filled({"text": text(line.cell("registered_address"))}),
            "ability": filled({"level": _chosen(line, "ability", words.ABILITIES, words.ABILITY_CONFUSIONS)}),
            "disease_history": text(line.cell("disease_history")),
            "economic_kind": _chosen(line, "economic_kind", words.ECONOMIC_KINDS),
            "disposable_income": _amount(line, "disposable_income"),
            "income_sources": _listed(line, "income_sources", words.INCOME_SOURCES),
            "living": _living(line),
            "pension": _pension(line),
            "benefits": _benefits(line),
            "aid": _aid(line),
        }
    )


def _phones(line: Line) -> Facts:
    """Every number of the elder's own. A cell that says 无 is a reason; an empty one is not."""
    cells = [cell for cell in line.record.cells("phone") if word(cell)]
    readings = [reading for cell in cells for reading in read_phones(cell)]
    numbers = dict.fromkeys(number for each in readings if (number := line.may("phone", each)))
    if numbers:
        return {"phones": [{"number": number, "owner": "self"} for number in numbers]}
    return {"no_phone_reason": "名册填写“无”"} if cells and not readings else {}


def _contact(line: Line, who: str) -> Facts:
    """A person named as contact: nothing is concluded from it about the elder's family."""
    if word(line.cell(f"{who}_name")) in _NOTHING:
        return {}
    name = line.may(f"{who}_name", read_name(line.cell(f"{who}_name")))
    if name is None:
        return {}
    phone = line.may(f"{who}_phone", read_phone(line.cell(f"{who}_phone")))
    return filled({"name": name, "relation": _relation(line, f"{who}_relation"), "phone": phone})


def _relation(line: Line, key: str) -> str | None:
    said = word(line.cell(key))
    if said in _NOTHING:
        return None
    relation = relation_of(said)
    if relation is None:
        line.warn(key, Fault("relation_unknown"))
    return relation or "other"


def _living(line: Line) -> Facts:
    safe = {key: _yes_no(line, key) for key in ("water_safe", "power_safe", "housing_safe")}
    return filled({**safe, "household_income": _amount(line, "household_income")})


def _pension(line: Line) -> Facts:
    """无 and 0 are no pension; a column 有无 decides where there is one."""
    reading = line.may("pension", _amount_or_yes(line, "pension"))
    has = _yes_no(line, "has_pension")
    if has is None and reading is not None:
        has = bool(reading)
    amount = str(reading) if has and isinstance(reading, Decimal) and reading else None
    return filled({"has": has, "amount": amount})


def _amount_or_yes(line: Line, key: str) -> Reading[Decimal | bool]:
    said = read_yes_no(line.cell(key))
    if word(line.cell(key)) in ("有", "是", "√", "否"):
        return Reading(said.value)
    amount = read_amount(line.cell(key))
    return Reading(amount.value, amount.fault, amount.warning)


def _benefits(line: Line) -> Facts:
    """What is received, and how much: an amount of nothing says nothing."""
    items = _listed(line, "benefit_items", words.BENEFITS)
    amount = line.may("benefit_amount", read_amount(line.cell("benefit_amount")))
    if amount and not items:
        line.warn("benefit_amount", Fault("amount_without_item"))
        amount = None
    return filled({"items": items, "amount": amount if amount is None else str(amount)})


def _aid(line: Line) -> Facts:
    return filled(
        {
            "orgs": _listed(line, "aid_orgs", words.AID_ORGS),
            "person": text(line.cell("aid_person")),
            "measures": text(line.cell("aid_measures")),
        }
    )


def _amount(line: Line, key: str) -> str | None:
    amount = line.may(key, read_amount(line.cell(key)))
    return None if amount is None else str(amount)


def _yes_no(line: Line, key: str) -> bool | None:
    return line.may(key, read_yes_no(line.cell(key)))


def _chosen(line: Line, key: str, choices: Mapping[str, E], confusions: Mapping[str, str] | None = None) -> E | None:
    return line.may(key, read_word(line.cell(key), choices, confusions))


def _listed(line: Line, key: str, choices: Mapping[str, E]) -> list[E]:
    """Several words of a list in one cell; 无 counts alone, unknown words are left out with a warning."""
    whole = word(line.cell(key))
    if whole in choices:
        return [choices[whole]]
    said = [part for part in words.SEPARATORS.split(whole) if part not in _NOTHING]
    for part in said:
        if part not in choices:
            line.warn(key, unknown_word(part, choices, {}))
    return list(dict.fromkeys(choices[part] for part in said if part in choices))
