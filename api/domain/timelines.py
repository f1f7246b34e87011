"""The tier and the categories as dated rows, judged ahead (plan 四(二); rules A12, A24).

What an age or a date raises holds by itself on its day. Everything else holds from the day the office
decided, and only the office lowers: what the facts would lower stays, and is proposed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from api.domain.days import months_later
from api.domain.elders import Category, Circumstances
from api.domain.policy import Policy, Tier
from api.domain.tiers import DECLARED, Reason, Tiering, TierSpan, categories_of, tier_spans

_DAY = timedelta(days=1)
_HORIZON_MONTHS = 12 * 20
_RANK: Mapping[Tier | None, int] = {None: 0, Tier.GENERAL: 1, Tier.PRIORITY: 2}
_IN_THE_OFFICE_S_WORDS = frozenset({"raised_by_township", "included_by_hand"})


@dataclass(frozen=True, slots=True)
class Raise:
    """The township's own raise, to ``until`` inclusive; its reason is in ``Circumstances.raised``."""

    from_day: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DatedTier:
    """The tier of duty from ``duty_from`` on; ``valid_from``: since when the fact behind it holds."""

    duty_from: date
    valid_from: date
    tier: Tier | None
    provisional: bool
    basis: str
    reasons: tuple[Reason, ...]

    def says_the_same(self, other: "DatedTier") -> bool:
        return (self.tier, self.provisional, self.reasons) == (other.tier, other.provisional, other.reasons)


@dataclass(frozen=True, slots=True)
class DatedCategory:
    """A category from one day to another, both included; open without ``to_day``."""

    category: Category
    from_day: date
    to_day: date | None
    basis: str

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an elder's facts mean for every day from ``from_day`` on.

    ``lowering_on``: the days from which people decided that a lower tier holds.
    """

    from_day: date
    spans: tuple[TierSpan, ...]
    lowering_on: frozenset[date]
    valid_from: date

    @property
    def today(self) -> Tiering:
        return self.spans[0].tiering


def outlook(
    elder: Circumstances,
    policy: Policy,
    decided_on: date,
    *,
    by_people: bool,
    raised: Raise | None = None,
    assessed_on: date | None = None,
) -> Outlook:
    """The facts judged for twenty years from the day of the decision.

    ``by_people``: somebody of the township decided, who may also lower. ``assessed_on`` dates the ability.
    """
    horizon = months_later(decided_on, _HORIZON_MONTHS)
    plain = replace(elder, raised=None)
    lowering = {decided_on} if by_people else set[date]()
    spans: list[TierSpan] = []
    for facts, first, last in _segments(elder, plain, raised, decided_on, horizon):
        if spans and facts is plain:
            lowering.add(first)
        spans += tier_spans(facts, policy, first, last)
    assessed = any(reason.criterion == "moderately_impaired_or_worse" for reason in spans[0].tiering.reasons)
    known = min(assessed_on or decided_on, decided_on) if assessed else decided_on
    return Outlook(decided_on, tuple(spans), frozenset(lowering), known)


def _segments(
    elder: Circumstances, plain: Circumstances, raised: Raise | None, first: date, last: date
) -> Iterator[tuple[Circumstances, date, date]]:
    """The facts with and without the township's raise, for the days each holds."""
    until = last if raised is None or raised.until is None else min(raised.until, last)
    if elder.raised is None or raised is None or until < first:
        yield plain, first, last
        return
    start = max(raised.from_day, first)
    if first < start:
        yield plain, first, start - _DAY
    yield elder, start, until
    if until < last:
        yield plain, until + _DAY, last


def tier_rows(stored: Sequence[DatedTier], ahead: Outlook) -> tuple[DatedTier, ...]:
    """The rows from ``ahead.from_day`` on; earlier ones stand. ``stored``: all rows, in order."""
    standing = in_force(stored, ahead.from_day)
    rows = [standing] if standing is not None and standing.duty_from == ahead.from_day else []
    last, floor = standing, _RANK[standing.tier] if standing else 0
    for span in ahead.spans:
        row = _row(span, ahead)
        if span.from_day in ahead.lowering_on:
            floor = 0
        if _RANK[row.tier] < floor or (last is not None and row.says_the_same(last)):
            continue
        if rows and rows[-1].duty_from == row.duty_from:
            rows.pop()
        rows.append(row)
        last, floor = row, _RANK[row.tier]
    return tuple(rows)


def in_force(rows: Sequence[DatedTier], day: date) -> DatedTier | None:
    """The row that duty follows on ``day``; ``rows`` in order."""
    return next((row for row in reversed(rows) if row.duty_from <= day), None)


def proposes_lower(stored: Sequence[DatedTier], ahead: Outlook) -> bool:
    """Whether the facts come to a lower tier than the one that stands until the township lowers it."""
    standing = in_force(stored, ahead.from_day)
    return standing is not None and _RANK[ahead.today.tier] < _RANK[standing.tier]


def outranks(tier: Tier | None, other: Tier | None) -> bool:
    return _RANK[tier] > _RANK[other]


def changed_from(before: Sequence[DatedTier], after: Sequence[DatedTier]) -> date | None:
    """The first day on which two timelines ask for another tier."""
    days = sorted({row.duty_from for row in (*before, *after)})
    return next((day for day in days if _tier_on(before, day) != _tier_on(after, day)), None)


def _tier_on(rows: Sequence[DatedTier], day: date) -> Tier | None:
    row = in_force(rows, day)
    return row.tier if row else None


def _row(span: TierSpan, ahead: Outlook) -> DatedTier:
    tiering = span.tiering
    valid_from = ahead.valid_from if span.from_day == ahead.from_day else span.from_day
    reasons = tuple(map(_without_words, tiering.reasons))
    return DatedTier(span.from_day, valid_from, tiering.tier, tiering.provisional, _basis(tiering.reasons), reasons)


def _without_words(reason: Reason) -> Reason:
    """The office's own words stay in the sealed file."""
    return replace(reason, facts=()) if reason.criterion in _IN_THE_OFFICE_S_WORDS else reason


def _basis(reasons: Collection[Reason]) -> str:
    criteria = {reason.criterion for reason in reasons}
    if criteria == {"raised_by_township"}:
        return "raised"
    if criteria == {"included_by_hand"}:
        return "included"
    return "declared" if reasons and all(reason.facts == (DECLARED,) for reason in reasons) else "computed"


def category_rows(elder: Circumstances, policy: Policy, ahead: Outlook) -> tuple[DatedCategory, ...]:
    """The categories from ``ahead.from_day`` on, each as long as it holds."""
    rows: dict[Category, list[DatedCategory]] = {}
    for number, span in enumerate(ahead.spans):
        ends = ahead.spans[number + 1].from_day - _DAY if number + 1 < len(ahead.spans) else None
        for finding in categories_of(elder, policy, span.from_day):
            if not finding.holds:
                continue
            basis = "declared" if finding.facts == (DECLARED,) else "computed"
            spells = rows.setdefault(finding.category, [])
            if spells and spells[-1].to_day == span.from_day - _DAY:
                spells[-1] = replace(spells[-1], to_day=ends)
            else:
                spells.append(DatedCategory(finding.category, span.from_day, ends, basis))
    return tuple(row for category in Category for row in rows.get(category, ()))


def reason_document(reason: Reason) -> dict[str, Any]:
    return {"criterion": reason.criterion, "facts": list(reason.facts), "clause": reason.clause}


def reason_of(document: Mapping[str, Any]) -> Reason:
    return Reason(document["criterion"], tuple(document["facts"]), document["clause"])
