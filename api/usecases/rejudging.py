"""The one function that changes standings: whatever happens to an elder, the months it touches are judged anew."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from api.domain.months import Month, months_between
from api.domain.obligations import Judgement
from api.store import Registers


def months_from(day: date, today: date) -> tuple[Month, ...]:
    """The months a change on ``day`` can touch: from its month to the month after today's."""
    return tuple(months_between(Month.of(day), max(Month.of(today).next(), Month.of(day))))


async def rejudge(
    registers: Registers, elder_ids: Sequence[UUID], months: Sequence[Month]
) -> Mapping[UUID, Mapping[Month, Judgement]]:
    """Judge the elders' months from their facts and store what changed, sums included.

    Locks the elders in order of id, so that two writers never add to a sum from the same before.
    """
    raise NotImplementedError
