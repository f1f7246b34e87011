"""What is shown of leads, and to whom; and how far case-finding has got, village by village."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.access import AreaCode, Role, contains
from api.domain.divisions import Gazetteer
from api.domain.elders import Category
from api.domain.identity import mask_id, mask_phone
from api.domain.leads import UNVERIFIED, LeadState
from api.domain.rates import percentage
from api.schemas.etags import etag_of
from api.schemas.leads import (
    AlikeOut,
    FoundOut,
    LeadField,
    LeadOut,
    LeadValuesOut,
    ProgressBy,
    ProgressFiguresOut,
    ProgressOut,
    ProgressRowOut,
    ResemblanceOut,
    RevealLeadIn,
    VerifiedLeadOut,
)
from api.store import Registers
from api.store.leads import Tally
from api.usecases.lead_verifying import Verified

_TOWNSHIP_DIGITS, _VILLAGE_DIGITS = 9, 12
_HIDDEN = "***"
_LAST_METRE = (LeadField.PHONE, LeadField.PLACE_TEXT, LeadField.NOTE)
_AS_STORED = frozenset(LeadOut.model_fields) - {
    "name", "sex", "birth_year", "resident_id", "source_name", "categories", "etag", *_LAST_METRE,
}  # fmt: skip


# --- leads --------------------------------------------------------------------------------------------


def lead_out(registers: Registers, lead: Any) -> LeadOut:
    """A lead as the actor may see it; what stands in full is named in the audit entry."""
    told, near = registers.leads.details(lead), _is_near(registers, lead)
    if near:
        registers.trace.saw([lead.id], _LAST_METRE)
    phone, number = told.get("phone"), told.get("resident_id")
    return LeadOut(
        **{name: getattr(lead, name) for name in _AS_STORED},
        name=told.get("name"),
        sex=told.get("sex"),
        birth_year=told.get("birth_year"),
        resident_id=mask_id(number) if number else None,
        source_name=told.get("source_name"),
        categories=[Category(each) for each in told.get("categories", ())],
        phone=phone if near or phone is None else mask_phone(phone),
        place_text=_worded(told.get("place_text"), near),
        note=_worded(told.get("note"), near),
        etag=etag_of(lead.version, "full" if near else "masked"),
    )


def verified_out(registers: Registers, verified: Verified) -> VerifiedLeadOut:
    ids = verified.opened.ids
    opened = FoundOut(**{name: ids[name] for name in FoundOut.model_fields})
    return VerifiedLeadOut(lead=lead_out(registers, verified.lead), opened=opened)


async def alike_out(registers: Registers, lead_id: UUID) -> AlikeOut:
    """Whom in sight the lead may be; asked anew each time, for files come and go."""
    lead = await registers.leads.get(lead_id)
    [alike] = await registers.leads.alike([registers.leads.hint_of(lead)], but=lead.id)
    registers.trace.saw([each.elder_id or each.lead_id or lead.id for each in alike])
    others = [each for each in alike if each.elder_id is None or each.elder_id != lead.elder_id]
    return AlikeOut(data=[ResemblanceOut.model_validate(each) for each in others])


async def reveal_lead(registers: Registers, lead_id: UUID, form: RevealLeadIn) -> LeadValuesOut:
    """The named fields in full; null where nothing is known. The audit keeps fields and purpose."""
    lead = await registers.leads.get(lead_id)
    registers.trace.purpose = form.purpose
    registers.trace.saw([lead.id], form.fields)
    told = registers.leads.details(lead)
    return LeadValuesOut(id=lead.id, values={name: told.get(name) for name in dict.fromkeys(form.fields)})


def _is_near(registers: Registers, lead: Any) -> bool:
    """Who has to go there: the village, whoever verifies, the township where no village is known."""
    actor = registers.actor
    if len(lead.village) < _VILLAGE_DIGITS or lead.verifier_id == actor.id:
        return True
    return actor.has(Role.VILLAGE_LIAISON, lead.village)


def _worded(text: str | None, near: bool) -> str | None:
    return text if near or text is None else _HIDDEN


# --- how far it has got -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sum:
    counts: dict[LeadState, int] = field(default_factory=lambda: dict.fromkeys(LeadState, 0))
    oldest: date | None = None

    @property
    def found(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        return sum(self.counts[state] for state in UNVERIFIED)

    def add(self, tally: Tally) -> None:
        state = LeadState(tally.state)
        self.counts[state] += tally.count
        if state in UNVERIFIED:
            self.oldest = min(self.oldest or tally.oldest, tally.oldest)

    def figures(self, today: date) -> dict[str, Any]:
        return {
            "found": self.found,
            **{state.value: count for state, count in self.counts.items()},
            "done": percentage(self.found - self.open, self.found),
            "oldest_days": (today - self.oldest).days if self.oldest else None,
        }


async def progress(registers: Registers, by: ProgressBy, area: str | None) -> ProgressOut:
    """Every village or township of the area with its leads, also those that have none. Raises NotFound."""
    areas = registers.actor.narrowed(area)
    gazetteer = await registers.places.gazetteer()
    villages = [village for each in areas for village in _villages(gazetteer, each)]
    tallies = await registers.leads.tallies(areas)
    places = {village: _Sum() for village in villages}
    for tally in tallies:
        places.setdefault(tally.village, _Sum()).add(tally)
    units = _units(by, areas, places)
    rows = {unit: _Sum() for unit in sorted(units.values())}
    total = _Sum()
    for tally in tallies:
        rows[units[tally.village]].add(tally)
        total.add(tally)
    done = [village for village in villages if places[village].found and not places[village].open]
    return ProgressOut(
        by=by,
        villages=len(villages),
        villages_done=len(done),
        total=ProgressFiguresOut(**total.figures(registers.today)),
        rows=[
            ProgressRowOut(key=key, name=gazetteer.name_of(key), **each.figures(registers.today))
            for key, each in rows.items()
        ],
    )


def _units(by: ProgressBy, areas: Sequence[AreaCode], places: Iterable[str]) -> dict[str, str]:
    """The row of each place: its own, or its township's where the actor answers for all of that."""
    return {place: _unit(by, areas, place) for place in places}


def _unit(by: ProgressBy, areas: Sequence[AreaCode], place: str) -> str:
    township = place[:_TOWNSHIP_DIGITS]
    whole = any(contains(area, township) for area in areas)
    return township if by is ProgressBy.TOWNSHIP and whole else place


def _villages(gazetteer: Gazetteer, code: str) -> Iterator[str]:
    if len(code) == _VILLAGE_DIGITS:
        yield code
    for child in gazetteer.children(code):
        yield from _villages(gazetteer, child.code)
