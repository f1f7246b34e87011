"""What a month's settlement (结算) with a provider says, and what it puts right of earlier ones.

Plan 四(一)一是: 政府购买服务; rules R49 to R51 and A14. Money is in cents (分). A closed settlement is never opened
again: what changes afterwards is taken back, or paid, by lines of the next one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from api.domain.billing import Billing, NotBilled, Terms
from api.domain.contracts import Service
from api.domain.machines import Machine, move


class SettlementState(StrEnum):
    PROPOSED = "proposed"  # 待结算
    CLOSED = "closed"  # 已结算


class SettlementCommand(StrEnum):
    PROPOSE = "propose"  # 重新计算
    CLOSE = "close"  # 结算


LIFE: Machine[SettlementState, SettlementCommand] = Machine(
    {
        SettlementCommand.PROPOSE: move(SettlementState.PROPOSED),
        SettlementCommand.CLOSE: move(SettlementState.PROPOSED, to=SettlementState.CLOSED),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a settlement: what a service at a visit adds to it, or takes from it (``cents`` < 0).

    ``corrects``: the line of an earlier settlement that said otherwise.
    """

    visit_id: UUID
    elder_id: UUID
    village: str
    day: date
    service: Service
    contract_id: UUID | None
    price: int | None
    reason: NotBilled | None
    cents: int
    corrects: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What closed settlements say of one service at one visit: the last ``line`` and where it stands.

    ``cents``: of all lines about it together.
    """

    line_id: UUID
    line: Line
    cents: int


@dataclass(slots=True)
class Changes:
    """What a settlement is to say: what earlier ones paid and should not have, and what is to be looked at anew."""

    reversals: list[Line] = field(default_factory=list)
    fresh: list[tuple[Billing, Settled | None]] = field(default_factory=list)

    def note(self, billings: Iterable[Billing], settled: Mapping[tuple[UUID, Service], Settled]) -> None:
        """Compare what a month comes to now with what was settled of it before."""
        now = {billing.key: billing for billing in billings}
        for key, before in settled.items():
            if (billing := now.get(key)) is None or not _agrees(billing, before):
                self._reverse(before, billing)
        for key, billing in now.items():
            known = settled.get(key)
            if known is None or (billing.cents and not _agrees(billing, known)):
                self.fresh.append((billing, known))

    def _reverse(self, before: Settled, billing: Billing | None) -> None:
        if before.cents:
            reason = NotBilled.NOT_GIVEN if billing is None else billing.reason
            line = replace(before.line, cents=-before.cents, reason=reason, corrects=before.line_id)
            self.reversals.append(line)


def _agrees(billing: Billing, before: Settled) -> bool:
    same_contract = not before.cents or billing.contract_id == before.line.contract_id
    return billing.cents == before.cents and same_contract


def lines_of(changes: Changes, left: Mapping[UUID, int]) -> list[Line]:
    """The lines of a settlement. What no longer fits under its contract's ceiling is told, and not paid.

    ``left``: what may still be paid under each contract that has a ceiling. What is taken back is free again.
    """
    room = dict(left)
    lines = sorted(changes.reversals, key=lambda line: (line.day, line.visit_id, line.service))
    for line in lines:
        if line.contract_id in room:
            room[line.contract_id] -= line.cents
    for billing, before in sorted(changes.fresh, key=lambda each: each[0].delivery.turn):
        contract_id, cents, reason = billing.contract_id, billing.cents, billing.reason
        if contract_id in room:
            if cents and cents > room[contract_id]:
                cents, reason = 0, NotBilled.OVER_CEILING
            room[contract_id] -= cents
        if cents or before is None or before.cents:
            lines.append(_line(billing, cents, reason, before))
    return lines


def _line(billing: Billing, cents: int, reason: NotBilled | None, before: Settled | None) -> Line:
    delivery = billing.delivery
    return Line(
        visit_id=delivery.visit_id,
        elder_id=delivery.elder_id,
        village=delivery.village,
        day=delivery.day,
        service=billing.service,
        contract_id=billing.contract_id,
        price=billing.price.price if billing.price is not None else None,
        reason=reason,
        cents=cents,
        corrects=before.line_id if before is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """How a settlement uses one contract: what was paid under it before, and what it adds; in cents.

    ``cut``: what would have been paid if the ceiling were higher.
    """

    contract_id: UUID
    ceiling: int | None
    before: int
    cents: int
    cut: int


def shares_of(lines: Collection[Line], contracts: Sequence[Terms], before: Mapping[UUID, int]) -> list[Share]:
    """Every contract that the lines touch, in order of id."""
    ceilings = {terms.contract_id: terms.ceiling for terms in contracts}
    paid: Counter[UUID] = Counter()
    cut: Counter[UUID] = Counter()
    for line in lines:
        if line.contract_id is not None:
            paid[line.contract_id] += line.cents
            cut[line.contract_id] += (line.price or 0) if line.reason is NotBilled.OVER_CEILING else 0
    return [Share(each, ceilings.get(each), before.get(each, 0), paid[each], cut[each]) for each in sorted(paid)]
