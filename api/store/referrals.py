"""The register of referrals (转介): which body was asked for what, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, update

from api.domain.referrals import OPEN, AttemptAnswer
from api.store import tables
from api.store.cases import Cases
from api.store.desk import Desk
from api.store.scope import within
from api.store.tables import table_of

_TARGETS = table_of(tables.ReferralTarget)
_TOWNSHIP = 9
_PLACE = "referral_attempts.sealed"
COUNTS = ("requested", "accepted", "rejected", "delivered", "followed_up", "eased", "late")


@dataclass(frozen=True, slots=True)
class Summed:
    """The counts of all referrals of one ``key``: a kind, or a township's code."""

    key: str
    counts: dict[str, int]


class Referrals(Cases):
    model = tables.Referral
    noun = "referral"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.attempts = Attempts(desk)

    @property
    def shown(self) -> Select[Any]:
        """With the ``target_name`` of a body from the directory."""
        to = self._table.outerjoin(_TARGETS, _TARGETS.c.id == self._table.c.target_id)
        return self.visible.add_columns(_TARGETS.c.name.label("target_name")).select_from(to)

    @property
    def theirs(self) -> ColumnElement[bool]:
        """What lies with the body behind which they stand, until the township has heard that it helped."""
        return and_(self._table.c.target_id.in_(_bodies_of(self._desk)), self._table.c.state.in_(OPEN))

    def late(self, today: date) -> ColumnElement[bool]:
        """The twin of ``api.domain.referrals.is_late``."""
        return and_(self._table.c.state.in_(OPEN), self._table.c.due_on < today)

    def in_time(self, today: date) -> ColumnElement[bool]:
        """Whatever is not late; what has ended is not."""
        c = self._table.c
        return or_(c.state.not_in(OPEN), c.due_on.is_(None), c.due_on >= today)

    async def summary(
        self, area: str | None, since: date, until: date, today: date, *, by_township: bool
    ) -> list[Summed]:
        """What became of the referrals asked for from ``since`` to before ``until``, in order of key.

        Each is counted once in every stage that it has reached, however often it was asked anew.
        """
        c = self._table.c
        key = func.substr(c.village, 1, _TOWNSHIP) if by_township else c.kind
        reached: dict[str, ColumnElement[bool]] = {
            "accepted": c.accepted_on.is_not(None),
            "rejected": c.rejections > 0,
            "delivered": c.delivered_on.is_not(None),
            "followed_up": c.followed_up_on.is_not(None),
            "eased": c.eased.is_(True),
            "late": self.late(today),
        }
        counts = [func.count().filter(holds).label(name) for name, holds in reached.items()]
        query = (
            select(key.label("key"), func.count().label("requested"), *counts)
            .where(within(c.village, self._desk.actor.narrowed(area)), c.requested_on >= since, c.requested_on < until)
            .group_by(key)
            .order_by(key)
        )
        rows = (await self._session.execute(query)).mappings()
        return [Summed(row["key"], {name: row[name] for name in COUNTS}) for row in rows]


def _bodies_of(desk: Desk) -> Select[Any]:
    """The bodies of the directory behind which the actor's provider stands."""
    return select(_TARGETS.c.id).where(_TARGETS.c.provider_id == desk.actor.provider_id)


class Attempts:
    """The bodies that were asked on behalf of a referral, one after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session = desk.session
        self._table = table_of(tables.ReferralAttempt)

    async def of(self, referral_id: UUID) -> Sequence[Any]:
        """All of them in order; a provider's people see when they were asked themselves, and what they said."""
        c, actor = self._table.c, self._desk.actor
        asked = select(self._table).where(c.referral_id == referral_id, within(c.village, actor.areas))
        if actor.confined:
            asked = asked.where(c.target_id.in_(_bodies_of(self._desk)))
        return (await self._session.execute(asked.order_by(c.ordinal))).all()

    async def ask(self, referral: Any, ordinal: int, target_id: UUID | None, target: str | None) -> None:
        """One more body, as it is called now, in a referral that the actor holds."""
        attempt_id = self._desk.new_id()
        row = {
            "id": attempt_id,
            "referral_id": referral.id,
            "elder_id": referral.elder_id,
            "village": referral.village,
            "ordinal": ordinal,
            "target_id": target_id,
            "asked_at": self._desk.now,
            "asked_by": self._desk.actor.id,
            "sealed": self._seal(attempt_id, {"target": target}),
        }
        await self._session.execute(insert(self._table).values(row))

    async def answer(self, attempt: Any, answer: AttemptAnswer, reason: str | None) -> None:
        """What the body said last; ``reason``: why not."""
        said = {**self.details(attempt), "reason": reason}
        await self._write(
            attempt,
            answer=answer,
            answered_at=self._desk.now,
            answered_by=self._desk.actor.id,
            sealed=self._seal(attempt.id, said),
        )

    async def deliver(self, attempt: Any, delivered_on: date) -> None:
        await self._write(attempt, delivered_on=delivered_on, delivered_by=self._desk.actor.id)

    def details(self, attempt: Any) -> dict[str, Any]:
        """``target``: how it was called; ``reason``: why not."""
        return dict(self._desk.sealer.open_json(_PLACE, attempt.id, attempt.sealed))

    def _seal(self, attempt_id: UUID, said: dict[str, Any]) -> bytes:
        return self._desk.sealer.seal_json(_PLACE, attempt_id, said)

    async def _write(self, attempt: Any, **columns: Any) -> None:
        await self._session.execute(update(self._table).where(self._table.c.id == attempt.id).values(**columns))
