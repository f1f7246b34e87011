"""Rolls of elders (台账; Annex 3 in Excel) as elders in wire shape.

Who, where and which kind must be certain: a row without a name, with a wrong number, an unknown village or
an unknown category is refused. What else cannot be read is left out with a warning, since duty starts on
minimal facts and the neediest have the most incomplete papers. Persons named as contacts are contacts,
never family: nothing about a family follows from them.

All faults of a row are named, in the order in which an official mends them: the row itself, name, ID
number (lost digits before what they cause), sex, age, the same person twice, village, categories,
certificate, tier, consent, filing date. The first one is the row's reason in summaries.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from api.domain.divisions import Gazetteer
from api.domain.elders import Category, age_fault
from api.domain.errors import Fault
from api.domain.identity import (
    DisabilityCertificate,
    ResidentId,
    parse_certificate,
    parse_resident_id,
    sex_fault,
)
from api.domain.policy import PLAN, Policy, Tier
from api.imports import words
from api.imports.cells import Grid
from api.imports.headings import Column
from api.imports.lines import Line, filled, heading_at
from api.imports.places import Place, Places
from api.imports.roll_facts import optional_facts
from api.imports.shelves import Said, Top, faults_again, plain
from api.imports.tables import Notes, Table, read_tables
from api.imports.values import (
    read_date,
    read_name,
    read_number,
    read_tick,
    read_word,
    read_yes_no,
    text,
    unknown_word,
    word,
)
from api.imports.vocabularies import ROLL, TICK, TICKS

ConsentWord = Literal["given", "refused"]

_SEVERE_LEVELS = (1, 2)
_WORDS = {category.word: category for category in Category}  # to name in messages, without other spellings

_POINTERS = {
    "/residence": "village",
    "/residence/village": "village",
    "/residence/detail": "residence",
    "/phones": "phone",
    "/phones/0": "phone",
    "/phones/0/number": "phone",
    "/emergency_contact": "emergency_name",
    "/emergency_contact/name": "emergency_name",
    "/emergency_contact/relation": "emergency_relation",
    "/emergency_contact/phone": "emergency_phone",
    "/primary_contact": "primary_name",
    "/primary_contact/name": "primary_name",
    "/primary_contact/relation": "primary_relation",
    "/primary_contact/phone": "primary_phone",
    "/disability_certificate": "certificate",
    "/born_on": "resident_id",
    "/benefits/items": "benefit_items",
    "/benefits/amount": "benefit_amount",
    "/aid/orgs": "aid_orgs",
    "/aid/person": "aid_person",
    "/aid/measures": "aid_measures",
    "/living/water_safe": "water_safe",
    "/living/power_safe": "power_safe",
    "/living/housing_safe": "housing_safe",
    "/living/household_income": "household_income",
}
"""Where a part of the elder stood in the file, if its column is not called like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollRow:
    """One person's row. ``elder`` in the wire's words; None where there are faults. ``number``: even then.

    The pointer of faults and warnings is the heading as printed. ``declared_tier`` is the office's word
    and no computation; ``filed_on`` (建档日期) is None where the cell is empty.
    """

    sheet: str
    row: int
    elder: dict[str, Any] | None = field(repr=False)
    categories: tuple[Category, ...] = ()
    declared_tier: Tier | None = None
    consent: ConsentWord | None = None
    filed_on: date | None = None
    number: str | None = field(default=None, repr=False)
    remark: str = field(default="", repr=False)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict, repr=False)

    def column_of(self, pointer: str) -> str:
        """The printed heading of what a later fault points to: /residence/village → 所属村（居）."""
        return heading_at(pointer, _POINTERS, self.columns, ROLL.labels)

    def laid_aside(self) -> Said:
        filed_on = self.filed_on.isoformat() if self.filed_on else None
        declared = [self.categories, self.declared_tier, self.consent, filed_on, self.number, self.remark]
        return [self.row, self.elder, declared, plain(self.faults), plain(self.warnings)]

    @classmethod
    def again(cls, said: Said, top: Top) -> "RollRow":
        row, elder, (categories, tier, consent, filed_on, number, remark), faults, warnings = said
        return cls(
            sheet=top.sheet,
            row=row,
            elder=elder,
            categories=tuple(map(Category, categories)),
            declared_tier=tier and Tier(tier),
            consent=consent,
            filed_on=filed_on and date.fromisoformat(filed_on),
            number=number,
            remark=remark,
            faults=faults_again(faults),
            warnings=faults_again(warnings),
            columns=top.columns,
        )


def read_roll(
    workbook: Iterable[Grid], gazetteer: Gazetteer, today: date, notes: Notes, policy: Policy = PLAN
) -> Iterator[RollRow]:
    """All persons of a roll file, sheet by sheet. Raises ``Refused`` with file_too_many_records."""
    reader = _RollReader(gazetteer, today, policy)
    for table in read_tables(workbook, ROLL, notes):
        yield from reader.rows(table)


@dataclass(slots=True)
class _RollReader:
    gazetteer: Gazetteer
    today: date
    policy: Policy
    first_rows: dict[str, tuple[str, int]] = field(default_factory=dict)  # of each number seen

    def rows(self, table: Table) -> Iterator[RollRow]:
        places = Places.of(table, self.gazetteer)
        return (self._row(table.sheet, Line(record, ROLL.labels), places) for record in table.records)

    def _row(self, sheet: str, line: Line, places: Places) -> RollRow:
        line.note_marks()
        name = _name(line)
        number = self._resident_id(line)
        if number:
            self._check_person(line, number, sheet)
        place = _place(line, places)
        categories = _categories(line)
        certificate = _certificate(line, number, categories)
        tier = _tier(line)
        consent = _consent(line)
        filed_on = self._filed_on(line)
        elder = None
        if number and place.village and not line.faults:
            elder = filled(
                {
                    "name": name,
                    "sex": number.sex.value,
                    "id_type": "resident",
                    "resident_id": number.number,
                    "residence": filled({"village": place.village.code, "detail": place.detail}),
                    "categories": [category.value for category in categories],
                    "disability_certificate": certificate and certificate.number,
                    "filed_on": filed_on and filed_on.isoformat(),
                    **optional_facts(line),
                }
            )
        return RollRow(
            sheet=sheet,
            row=line.record.row.number,
            elder=elder,
            categories=categories,
            declared_tier=tier,
            consent=consent,
            filed_on=filed_on,
            number=number.number if number else None,
            remark="；".join(filter(None, map(text, line.record.cells("remark")))),
            faults=tuple(line.faults),
            warnings=tuple(line.warnings),
            columns=line.record.columns,
        )

    def _resident_id(self, line: Line) -> ResidentId | None:
        written = line.must("resident_id", read_number(line.cell("resident_id")))
        if not written:
            if not any(fault.pointer == line.heading("resident_id") for fault in line.faults):
                line.fault("resident_id", Fault("id_missing"))
            return None
        number = parse_resident_id(written, self.today)
        if isinstance(number, Fault):
            line.fault("resident_id", number)
            return None
        return number

    def _check_person(self, line: Line, number: ResidentId, sheet: str) -> None:
        """Sex and age against the number, and whether it was seen before, whatever else is wrong there."""
        sex = line.must("sex", read_word(line.cell("sex"), words.SEXES))
        for key, fault in (
            ("sex", sex and sex_fault(sex, number)),
            ("resident_id", age_fault(number.born_on, self.policy, self.today)),
        ):
            if fault:
                line.fault(key, fault)
        first_sheet, first_row = self.first_rows.setdefault(number.number, (sheet, line.record.row.number))
        if (first_sheet, first_row) != (sheet, line.record.row.number):
            line.fault("resident_id", Fault("person_repeated", params={"sheet": first_sheet, "row": first_row}))

    def _filed_on(self, line: Line) -> date | None:
        filed_on = line.must("filed_on", read_date(line.cell("filed_on")))
        if filed_on and filed_on > self.today:
            line.fault("filed_on", Fault("date_in_future"))
        return filed_on


def _name(line: Line) -> str | None:
    if not word(line.cell("name")):
        line.fault("name", Fault("name_missing"))
        return None
    return line.must("name", read_name(line.cell("name")))


def _place(line: Line, places: Places) -> Place:
    place = places.place(line.record)
    if place.fault:
        line.fault(place.column, place.fault)
    return place


def _categories(line: Line) -> tuple[Category, ...]:
    """The categories of the words and of the ticked columns, each once, in the plan's order."""
    said = [single for cell in line.record.cells("categories") for single in words.category_words(text(cell))]
    for single in said:
        if single not in words.CATEGORIES:
            line.fault("categories", unknown_word(single, _WORDS, words.CATEGORY_CONFUSIONS))
    found = {words.CATEGORIES[single] for single in said if single in words.CATEGORIES}
    found |= {Category(key.removeprefix(TICK)) for key in TICKS if line.must(key, read_tick(line.cell(key)))}
    if not said and not found:
        line.fault("categories", Fault("category_missing"))
    return tuple(category for category in Category if category in found)


def _certificate(
    line: Line, number: ResidentId | None, categories: tuple[Category, ...]
) -> DisabilityCertificate | None:
    """The certificate; what is wrong with it refuses only who is declared 重残 by it (Annex 2, 6)."""
    severe = Category.SEVERELY_DISABLED in categories
    report = line.must if severe else line.may
    written = report("certificate", read_number(line.cell("certificate")))
    if not written or written in ("无", "/", "-"):
        if severe and not line.faults:
            line.warn("certificate", Fault("certificate_missing"))
        return None
    if number is None:
        return None
    certificate = parse_certificate(written, {number.number})
    if isinstance(certificate, Fault):
        (line.fault if severe else line.warn)("certificate", certificate)
        return None
    if severe and certificate.level not in _SEVERE_LEVELS:
        line.fault("certificate", Fault("certificate_level_not_severe"))
    return certificate


def _tier(line: Line) -> Tier | None:
    """重点/一般, from one column of words or from columns that are ticked."""
    tier = line.must("tier", read_word(line.cell("tier"), words.TIERS))
    if tier is None and line.must("is_priority", read_tick(line.cell("is_priority"))):
        tier = Tier.PRIORITY
    if tier is None and line.must("is_general", read_tick(line.cell("is_general"))):
        tier = Tier.GENERAL
    return tier


def _consent(line: Line) -> ConsentWord | None:
    willing = line.must("consent", read_yes_no(line.cell("consent")))
    return None if willing is None else "given" if willing else "refused"
