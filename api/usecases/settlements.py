"""Settling with a provider: a month is proposed, looked at and closed; whatever changes later comes into the next.

Plan 四(一)一是; rules R49 to R51, A14. What earlier months come to is computed anew each time, a month at a time.
"""

from asyncio import to_thread
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from api.domain.access import Actor
from api.domain.billing import Purchase, Terms, bill
from api.domain.errors import Conflict, NotFound
from api.domain.months import Month, months_between
from api.domain.rates import percentage
from api.domain.settlements import (
    LIFE,
    Changes,
    Line,
    SettlementCommand,
    SettlementState,
    Share,
    lines_of,
    shares_of,
)
from api.schemas.etags import etag_of
from api.schemas.settlements import ContractShareOut, SettlementLineOut, SettlementOut
from api.store import Registers, Store, Trace
from api.usecases.closings import require_ended
from api.usecases.on_behalf import grants_of

MOST_CONTRACTS = 1000
MOST_AT_ONCE = 2_000
"""Visits that are looked through while somebody waits; of more it is a job."""
JOB = "propose_settlement"
SETTLED_FOR = timedelta(days=366)  # how long after its end anything may still change under a contract


async def require_in_sight(registers: Registers, provider_id: UUID) -> None:
    """Raises NotFound for a provider out of reach; its own people reach it, and no other."""
    if not registers.actor.confined:
        await registers.providers.get(provider_id)
    elif registers.actor.provider_id != provider_id:
        raise NotFound()


@dataclass(frozen=True, slots=True)
class _Computed:
    """What a month comes to. ``last``: the month that was closed last when it was computed."""

    last: Month | None
    lines: Sequence[Line]
    shares: Sequence[Share]


async def propose_settlement(registers: Registers, provider_id: UUID, month: Month) -> Any | UUID:
    """Compute a month that has ended, with all that changed in earlier ones; the draft there was is replaced.

    Of many visits that is left to a job, whose id is answered.
    Raises Conflict ``month_still_running`` or ``later_month_settled``, WrongState for a closed month.
    """
    await registers.providers.get(provider_id)
    require_ended(month, registers.today)
    register = registers.settlements
    await register.hold(provider_id)
    await _last_closed(registers, provider_id, month)
    contracts = await _terms(registers, provider_id)
    if await register.visits_between(provider_id, _first(contracts, month), month) <= MOST_AT_ONCE:
        return await _write(registers, provider_id, month, await _compute(registers, provider_id, month))
    payload = {"provider_id": str(provider_id), "month": str(month), "grants": grants_of(registers.actor)}
    area, asker = registers.desk.district, registers.actor.id
    return await registers.jobs.enqueue(JOB, area=area, payload=payload, requested_by=asker)


async def propose_apart(
    store: Store, actor: Actor, traced: Callable[[], Trace], provider_id: UUID, month: Month
) -> Any:
    """The same by a job: computed from one moment while others write, then written at once. Raises the same."""
    async with store.streamed(actor, traced()) as registers:
        computed = await _compute(registers, provider_id, month)
    async with store.opened(actor, traced(), writes=True) as registers:
        await registers.settlements.hold(provider_id)
        if await _last_closed(registers, provider_id, month) == computed.last:
            return await _write(registers, provider_id, month, computed)
    return await propose_apart(store, actor, traced, provider_id, month)  # a month was closed meanwhile


async def _last_closed(registers: Registers, provider_id: UUID, month: Month) -> Month | None:
    """Raises Conflict ``later_month_settled``, WrongState for a month that is closed."""
    last = await registers.settlements.last_closed(provider_id)
    if last == month:
        LIFE.after(SettlementCommand.PROPOSE, SettlementState.CLOSED)
    if last is not None and month < last:
        raise Conflict("later_month_settled", month=str(last))
    return last


async def _compute(registers: Registers, provider_id: UUID, month: Month) -> _Computed:
    provider = await registers.providers.get(provider_id)
    last = await _last_closed(registers, provider_id, month)
    contracts = await _terms(registers, provider_id)
    paid = await registers.settlements.paid(provider_id)
    lines = await _lines(registers, provider_id, month, Purchase(tuple(contracts), provider.premises), paid)
    return _Computed(last, lines, shares_of(lines, contracts, paid))


async def _write(registers: Registers, provider_id: UUID, month: Month, computed: _Computed) -> Any:
    draft = await registers.settlements.draft(provider_id)
    return await registers.settlements.propose(provider_id, month, draft, computed.lines, computed.shares)


async def close_settlement(registers: Registers, row: Any) -> Any:
    """What was proposed is paid as it stands (结算); it is never opened again. Raises WrongState."""
    state = LIFE.after(SettlementCommand.CLOSE, SettlementState(row.state))
    return await registers.settlements.change(
        row,
        SettlementCommand.CLOSE.value,
        state=state.value,
        closed_at=registers.now,
        closed_by=registers.actor.id,
    )


async def _terms(registers: Registers, provider_id: UUID) -> list[Terms]:
    register = registers.contracts
    rows = await register.listing(*register.matching(provider_id=provider_id))(size=MOST_CONTRACTS)
    prices = await register.prices_of([row.id for row in rows])
    agreed = await register.facts(rows)
    return [Terms(fact, tuple(prices[row.id]), row.ceiling) for row, fact in zip(rows, agreed, strict=True)]


async def _lines(
    registers: Registers, provider_id: UUID, month: Month, purchase: Purchase, paid: Mapping[UUID, int]
) -> list[Line]:
    changes = Changes()
    for each in months_between(_first(purchase.contracts, month), month):
        running = [terms for terms in purchase.contracts if _runs_in(terms, each)]
        deliveries = await registers.settlements.deliveries(provider_id, each, running)
        settled = await registers.settlements.settled(provider_id, each)
        changes.note(await to_thread(bill, deliveries, purchase), settled)
    left = {
        terms.contract_id: terms.ceiling - paid.get(terms.contract_id, 0)
        for terms in purchase.contracts
        if terms.ceiling is not None
    }
    return lines_of(changes, left)


def _first(contracts: Sequence[Terms], month: Month) -> Month:
    """The month from which on something may still change."""
    alive = [each.contract.starts_on for each in contracts if each.contract.ends_on + SETTLED_FOR >= month.first]
    return min([month, *map(Month.of, alive)])


def _runs_in(terms: Terms, month: Month) -> bool:
    return terms.contract.starts_on <= month.last and month.first <= terms.contract.ends_on


# --- on the wire --------------------------------------------------------------------------------------


def settlement_out(row: Any) -> SettlementOut:
    shown = {name: getattr(row, name) for name in SettlementOut.model_fields if hasattr(row, name)}
    shares = [Share(**{**share, "contract_id": UUID(share["contract_id"])}) for share in row.shares]
    return SettlementOut(
        **shown, currency="CNY", contracts=[_share_out(share) for share in shares], etag=etag_of(row.version)
    )


def _share_out(share: Share) -> ContractShareOut:
    used = share.before + share.cents
    return ContractShareOut(
        contract_id=share.contract_id,
        ceiling=share.ceiling,
        used_before=share.before,
        amount=share.cents,
        used=used,
        used_share=percentage(used, share.ceiling) if share.ceiling else None,
        cut=share.cut,
    )


async def seen(registers: Registers, parts: AsyncIterable[Sequence[Any]]) -> AsyncIterator[Sequence[Any]]:
    """Lines that somebody is shown: the audit entry names whom they are about."""
    async for part in parts:
        registers.trace.saw(line.elder_id for line in part)
        yield part


def line_out(row: Any, month_begins: date) -> SettlementLineOut:
    shown = {name: getattr(row, name) for name in SettlementLineOut.model_fields if hasattr(row, name)}
    return SettlementLineOut(
        **shown, billable=row.reason is None and row.amount >= 0, late=row.visited_on < month_begins, currency="CNY"
    )
