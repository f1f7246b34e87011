"""Looking into elders' files: find, reveal, explain the tier, follow the history."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from api.domain.elders import Circumstances
from api.domain.identity import normalise_id
from api.domain.policy import Policy, Tier
from api.domain.tiers import Finding, Reason, categories_of, tier_of, tier_spans
from api.messages import Language
from api.messages.criteria import criterion_words, fact_words
from api.schemas.elder_views import (
    AheadOut,
    FactOut,
    FindingOut,
    FoundOut,
    HistoryOut,
    Holds,
    ReasonOut,
    RevealIn,
    RevealOut,
    SearchIn,
    TierOut,
)
from api.store import Registers
from api.store.elders import Wanted
from api.store.tables import Elder
from api.usecases.elder_views import Viewer, revealable
from api.usecases.histories import versions_out

MOST_FOUND = 50
_AHEAD = timedelta(days=365)


async def search_elders(registers: Registers, form: SearchIn) -> FoundOut:
    """Those whom everything given fits, at most fifty."""
    wanted = Wanted(
        name=form.name,
        resident_id=normalise_id(form.resident_id) if form.resident_id else None,
        phone=form.phone,
        short_no=form.short_no,
    )
    registers.trace.saw((), (name for name in form.model_fields_set))
    elders = await registers.elders.search(wanted, most=MOST_FOUND + 1)
    view = await Viewer.opened(registers, elders)
    return FoundOut(data=[view.line(elder) for elder in elders[:MOST_FOUND]], more=len(elders) > MOST_FOUND)


async def reveal_fields(registers: Registers, elder: Elder, form: RevealIn) -> RevealOut:
    """The named fields in full; null where nothing is known. The audit keeps fields and purpose."""
    registers.trace.purpose = form.purpose
    registers.trace.saw([elder.id], form.fields)
    members = await registers.elders.families.of(elder.id)
    values = revealable(elder, registers.elders.details(elder), members)
    return RevealOut(id=elder.id, values={name: values.get(name) for name in dict.fromkeys(form.fields)})


# --- why ----------------------------------------------------------------------------------------------


async def explain_tier(registers: Registers, elder: Elder, language: Language) -> TierOut:
    """The tier that the facts of today come to, criterion by criterion, with clause and facts."""
    today = registers.today
    circumstances = await registers.elders.circumstances(elder)
    policy = (await registers.places.book_for(elder.village)).on(today)
    tiering = tier_of(circumstances, policy, today)
    return TierOut(
        elder_id=elder.id,
        on=today,
        tier=tiering.tier,
        state=tiering.state,
        provisional=tiering.provisional,
        in_force=Tier(elder.tier) if elder.tier else None,
        reasons=[ReasonOut(**_reason(reason, language)) for reason in tiering.reasons],
        categories=[
            FindingOut(**_reason(finding, language), category=finding.category, holds=Holds.of(finding.holds))
            for finding in categories_of(circumstances, policy, today)
        ],
        ahead=_ahead(circumstances, policy, today),
    )


def _reason(reason: Reason | Finding, language: Language) -> dict[str, Any]:
    return {
        "criterion": reason.criterion,
        "text": criterion_words(reason.criterion, language),
        "facts": [FactOut(fact=fact, text=fact_words(fact, language)) for fact in reason.facts],
        "clause": reason.clause,
    }


def _ahead(circumstances: Circumstances, policy: Policy, today: date) -> list[AheadOut]:
    spans = tier_spans(circumstances, policy, today, today + _AHEAD)
    return [
        AheadOut(from_day=span.from_day, tier=span.tiering.tier)
        for before, span in pairwise(spans)
        if span.tiering.tier is not before.tiering.tier
    ]


# --- since when ---------------------------------------------------------------------------------------

_OPEN_FIELDS = frozenset(Elder.model_fields) - {"sealed", "resident_id_index"}


async def history_of(registers: Registers, elder: Elder) -> HistoryOut:
    """Every version with its fields; values only of what stands in the open."""
    return HistoryOut(data=versions_out(await registers.elders.versions(elder.id), _OPEN_FIELDS))
