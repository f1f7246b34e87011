"""Reviews as they are shown: whose files are due, what a look found, how the rounds go by area."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.access import Role
from api.domain.divisions import CODE_LENGTH, Level
from api.domain.reviews import FLAGGED_ATTEMPTS, ReviewResult, ReviewState, is_overdue
from api.schemas.closings import ChangedElderOut
from api.schemas.etags import etag_of
from api.schemas.reviews import (
    DueReviewOut,
    ReviewBriefOut,
    ReviewedFieldOut,
    ReviewFigureListOut,
    ReviewFigureRowOut,
    ReviewFiguresOut,
    ReviewOut,
)
from api.store import Registers
from api.usecases.proposal_views import shown

_OF_THE_ROW = tuple(ReviewOut.model_fields.keys() - {"flagged", "fields", "note", "reason", "etag"})
_OF_THE_BRIEF = tuple(ReviewBriefOut.model_fields.keys() - {"flagged", "fields", "etag"})


async def review_out(registers: Registers, review_id: UUID) -> ReviewOut:
    """One round. Raises NotFound outside the actor's areas."""
    [out] = await reviews_out(registers, [await registers.reviews.get(review_id)])
    return out


async def reviews_out(registers: Registers, rows: Sequence[Any]) -> list[ReviewOut]:
    """Rounds with what they found, masked as the file itself."""
    registers.trace.saw(row.elder_id for row in rows)
    return [_review_out(registers, row) for row in rows]


async def due_out(registers: Registers, lines: Sequence[Any]) -> list[DueReviewOut]:
    """Files that are due, from rows of ``Reviews.due``, each with the round that is under way."""
    registers.trace.saw(line.id for line in lines)
    rounds = await registers.reviews.open_of(line.id for line in lines)
    return [_due_out(registers, line, rounds.get(line.id)) for line in lines]


def _due_out(registers: Registers, line: Any, row: Any | None) -> DueReviewOut:
    return DueReviewOut(
        elder=ChangedElderOut(id=line.id, short_no=line.short_no),
        village=line.village,
        due_on=line.review_due_on,
        overdue=is_overdue(line.review_due_on, registers.today),
        state=ReviewState(row.state) if row is not None else ReviewState.DUE,
        review=_brief(registers, row) if row is not None else None,
    )


async def figures_out(
    registers: Registers, level: Level, area: str | None, *, since: date, until: date
) -> ReviewFigureListOut:
    """By village or township. Raises NotFound for an area out of reach."""
    areas = registers.actor.narrowed(area)
    found = await registers.reviews.figures(areas, length=CODE_LENGTH[level], since=since, until=until)
    names = await registers.places.gazetteer()
    figures = {unit: ReviewFiguresOut(**_counts(found[unit])) for unit in sorted(found)}
    return ReviewFigureListOut(
        since=since,
        until=until,
        total=ReviewFiguresOut(**_counts(*found.values())),
        rows=[
            ReviewFigureRowOut(key=unit, name=names.name_of(unit), **dict(counts)) for unit, counts in figures.items()
        ],
    )


def _counts(*units: Mapping[str, int]) -> dict[str, int]:
    return {name: sum(unit.get(name, 0) for unit in units) for name in ReviewFiguresOut.model_fields}


def _brief(registers: Registers, row: Any) -> ReviewBriefOut:
    return ReviewBriefOut(
        **{name: getattr(row, name) for name in _OF_THE_BRIEF},
        flagged=row.attempts >= FLAGGED_ATTEMPTS,
        fields=list(_difference(registers.reviews.details(row), row)),
        etag=etag_of(row.version),
    )


def _review_out(registers: Registers, row: Any) -> ReviewOut:
    said = registers.reviews.details(row)
    near = registers.actor.has(Role.VILLAGE_LIAISON, row.village)
    return ReviewOut(
        **{name: getattr(row, name) for name in _OF_THE_ROW},
        flagged=row.attempts >= FLAGGED_ATTEMPTS,
        fields=[
            ReviewedFieldOut(
                field=name, **{"from": shown(name, each["from"], near), "to": shown(name, each["to"], near)}
            )
            for name, each in _difference(said, row).items()
        ],
        note=said.get("note"),
        reason=said.get("reason"),
        etag=etag_of(row.version),
    )


def _difference(said: Mapping[str, Any], row: Any) -> Mapping[str, Any]:
    return (said.get("difference") or {}) if row.result == ReviewResult.CHANGED else {}
