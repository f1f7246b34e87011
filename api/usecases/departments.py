"""What the departments did of their duties in a year (Annex 1): their own word, and the registers' figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.domain.access import AreaCode, contains
from api.domain.departments import DUTIES, NOT_KEPT, Duty, DutyNumber, NotKept, Unit
from api.domain.divisions import Gazetteer, Level
from api.domain.elders import Category
from api.domain.errors import Fault
from api.domain.policy import Place
from api.domain.providers import ForceKind
from api.domain.rates import percentage
from api.schemas.departments import (
    DutiesOut,
    DutyNumberOut,
    DutyOut,
    DutyReportIn,
    DutyReportOut,
    TownshipNumberOut,
)
from api.schemas.etags import etag_of
from api.store import Registers
from api.store.duty_numbers import Part, Visited, Year
from api.usecases.standing import refuse

_N = DutyNumber
_DISTRICT_DIGITS = 6
_VISITS_BY_FORCE = {
    _N.CIVILISATION_CENTRE_VISITS: ForceKind.CIVILISATION_CENTRE,
    _N.VOLUNTEER_VISITS: ForceKind.VOLUNTEER,
    _N.SOCIAL_WORK_STATION_VISITS: ForceKind.SOCIAL_WORK_STATION,
    _N.SOCIAL_WORKER_VISITS: ForceKind.SOCIAL_WORKER,
    _N.STUDENT_VISITS: ForceKind.STUDENT,
    _N.PROPERTY_SERVICE_VISITS: ForceKind.PROPERTY_SERVICE,
    _N.FAMILY_DOCTOR_VISITS: ForceKind.FAMILY_DOCTOR,
    _N.GRID_WORKER_VISITS: ForceKind.GRID_WORKER,
}
_ELDERS_BY_FORCE = {
    _N.CIVILISATION_CENTRE_ELDERS: ForceKind.CIVILISATION_CENTRE,
    _N.VOLUNTEER_ELDERS: ForceKind.VOLUNTEER,
    _N.STUDENT_ELDERS: ForceKind.STUDENT,
    _N.FAMILY_DOCTOR_ELDERS: ForceKind.FAMILY_DOCTOR,
}
_VISITS_BY_PLACE = {_N.DAY_CENTRE_VISITS: Place.DAY_CENTRE, _N.CANTEEN_VISITS: Place.CANTEEN}
_ON_THE_ROLL = {
    _N.LEFT_BEHIND_ELDERS: Category.LEFT_BEHIND,
    _N.FAMILY_PLANNING_ELDERS: Category.FAMILY_PLANNING_SPECIAL,
    _N.SEVERELY_DISABLED_ELDERS: Category.SEVERELY_DISABLED,
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """A count or a percentage, of the whole area and of its townships."""

    count: int | None = None
    rate: str | None = None
    by_township: Mapping[str, "_Figure"] = field(default_factory=dict)


Figures = Mapping[DutyNumber, _Figure]


# --- what is shown ------------------------------------------------------------------------------------


async def duties(registers: Registers, year: int | None) -> DutiesOut:
    """The fifteen duties in a year, this one unless said."""
    asked = Year(year or registers.today.year, registers.today)
    figures = await _figures(registers, asked)
    gazetteer = await registers.places.gazetteer()
    rows = await registers.duty_reports.of([_district(registers)], year=asked.number)
    said = {row.duty: row for row in rows}
    townships = [each.code for each in gazetteer.all() if _is_township_of(each.code, each.level, registers.actor.areas)]
    return DutiesOut(
        year=asked.number,
        data=[
            DutyOut(
                number=duty.number,
                text=duty.text,
                unit=duty.unit,
                numbers=_numbers(duty, figures, gazetteer, townships),
                report=_report(registers, said[duty.number]) if duty.number in said else None,
            )
            for duty in DUTIES
        ],
    )


async def duty_said(registers: Registers, number: int, year: int) -> Any | None:
    """What was said before, held until the transaction ends."""
    return await registers.duty_reports.locked(_district(registers), duty=number, year=year)


async def say_duty(
    registers: Registers, number: int, year: int, form: DutyReportIn, known: Any | None
) -> DutyReportOut:
    """The year's evidence and note, in place of what was said before. Raises Refused for a year to come."""
    if year > registers.today.year:
        refuse([Fault("day_in_future", "/path/year")])
    said = {"area": _district(registers), "duty": number, "year": year}
    return _report(registers, await registers.duty_reports.say(known, form.model_dump(mode="json"), **said))


def _report(registers: Registers, row: Any) -> DutyReportOut:
    told = registers.duty_reports.details(row)
    return DutyReportOut(
        evidence=told.get("evidence"),
        note=told.get("note"),
        updated_by=row.updated_by,
        updated_at=row.updated_at,
        version=row.version,
        etag=etag_of(row.version),
    )


def _numbers(duty: Duty, figures: Figures, gazetteer: Gazetteer, townships: Sequence[str]) -> list[DutyNumberOut]:
    return [_number(key, figures.get(key), gazetteer, townships) for key in duty.figures]


def _number(key: DutyNumber, figure: _Figure | None, gazetteer: Gazetteer, townships: Sequence[str]) -> DutyNumberOut:
    if figure is None:
        return DutyNumberOut(key=key, count=None, rate=None, not_kept=NOT_KEPT[key], by_township=None)
    empty = figure.count is None and figure.rate is None
    parts = [
        TownshipNumberOut(key=code, name=gazetteer.name_of(code), count=part.count, rate=part.rate)
        for code in townships
        if (part := figure.by_township.get(code))
    ]
    return DutyNumberOut(
        key=key,
        count=figure.count,
        rate=figure.rate,
        not_kept=NotKept.NOTHING_DUE if empty else None,
        by_township=parts or None,
    )


def _district(registers: Registers) -> str:
    return registers.actor.areas[0][:_DISTRICT_DIGITS]


def _is_township_of(code: str, level: Level, areas: Sequence[AreaCode]) -> bool:
    return level is Level.TOWNSHIP and any(contains(area, code) for area in areas)


# --- what the registers know --------------------------------------------------------------------------


async def _figures(registers: Registers, year: Year) -> Figures:
    numbers = registers.duty_numbers
    forces, places = await numbers.visited_by_force(year), await numbers.visited_at(year)
    found, hazards = await numbers.leads(year), await numbers.hazards(year)
    escalations = await numbers.escalations(year)
    counts = {
        **{key: forces.get(kind, Visited()).visits for key, kind in _VISITS_BY_FORCE.items()},
        **{key: forces.get(kind, Visited()).elders for key, kind in _ELDERS_BY_FORCE.items()},
        **{key: places.get(place, Visited()).visits for key, place in _VISITS_BY_PLACE.items()},
        _N.CHARITY_TARGETS: await numbers.charities(year),
        _N.CHARITY_REFERRALS: await numbers.delivered_by_charities(year),
        _N.ESCALATIONS_RECEIVED: escalations.all,
        _N.ESCALATIONS_CLOSED: escalations.of_them,
        _N.HEALTH_LEADS: (await numbers.leads(year, of=Unit.HEALTH)).all,
        _N.DISABLED_FEDERATION_LEADS: (await numbers.leads(year, of=Unit.DISABLED_FEDERATION)).all,
        _N.LEADS_FOUND: found.all,
        _N.LEADS_SETTLED: found.of_them,
        _N.HAZARDS_FOUND: hazards.all,
        _N.HAZARDS_RESOLVED: hazards.of_them,
        _N.FOLLOW_UPS: await numbers.follow_ups(year),
        _N.PURCHASED_VISITS: await numbers.purchased(year),
        _N.BILLABLE_VISITS: await numbers.billed(year),
        _N.ONE_TO_ONE_CONTACTS: await numbers.paired(Category.FAMILY_PLANNING_SPECIAL, year),
    }
    return {
        **{key: _Figure(count) for key, count in counts.items()},
        **await _roll(registers, year),
        _N.LEFT_BEHIND_VISIT_RATE: _rate(await numbers.visited_of_due(Category.LEFT_BEHIND, year)),
    }


async def _roll(registers: Registers, year: Year) -> Figures:
    """By township those that the agricultural department is measured by; of the others the sum."""
    found = await registers.duty_numbers.on_the_roll(tuple(_ON_THE_ROLL.values()), year)
    roll: dict[DutyNumber, _Figure] = {}
    for key, category in _ON_THE_ROLL.items():
        by_township = found[category] if category is Category.LEFT_BEHIND else {}
        parts = {code: _Figure(count) for code, count in by_township.items()}
        roll[key] = _Figure(sum(found[category].values()), by_township=parts)
    return roll


def _rate(by_township: Mapping[str, Part]) -> _Figure:
    """月探访率 over the months of the year: sums first, one division at the end."""
    due, visited = (sum(getattr(part, name) for part in by_township.values()) for name in ("all", "of_them"))
    parts = {code: _Figure(rate=percentage(part.of_them, part.all)) for code, part in by_township.items()}
    return _Figure(rate=percentage(visited, due), by_township=parts)
