"""应访 on the wire: who owes whom a visit in which period, and what met it."""

from datetime import date
from uuid import UUID

from api.domain.policy import Tier
from api.domain.standings import ObligationStanding
from api.schemas.base import Out
from api.schemas.figures import CountedElderOut


class ObligationOut(Out):
    """One visit owed in one period. ``pending``: it would be excused, if the supervisor agrees.

    ``due_on``: the period's last day; later where a stand-down gave it a grace. ``state`` as of today: unmet is
    open until that day and missed from the next.
    """

    elder: CountedElderOut
    month: str
    period: str
    ordinal: int
    tier: Tier
    starts_on: date
    ends_on: date
    due_on: date
    state: ObligationStanding
    pending: bool
    met_by: UUID | None
    met_on: date | None
    counted_village: str
