"""What a provider is paid for under its contracts: each service at each visit, or the one reason why not.

Plan 四(一)一是: 政府购买服务; rules R23, R31, R49 to R51, A3, A16 and A35. Money is in cents (分). Whatever is looked
at is looked at as of the day of the visit; the order of what comes in never matters.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from api.domain.contracts import CapPeriod, Contract, Price, Service, covers, runs_on
from api.domain.months import Month
from api.domain.policy import Method, Place
from api.domain.visits import Outcome, Standing


class NotBilled(StrEnum):
    """Why something is not paid. The first that holds is given, in this order."""

    VOIDED = "voided"  # 已作废
    WITHDRAWN = "withdrawn"  # 已撤回
    RETURNED = "returned"  # 已退回待更正
    WORKER_RELATED = "worker_related"  # 本人或同住亲属
    PROBABLE_DUPLICATE = "probable_duplicate"  # 疑似重复
    INCIDENT_REVIEW = "incident_review"  # 事件核查中
    AWAITING_ACCEPTANCE = "awaiting_acceptance"  # 逾期补录待乡镇认可
    UNDER_INSPECTION = "under_inspection"  # 正在抽查或抽查不实
    NOT_COMPLETED = "not_completed"  # 未完成探访
    OWN_PREMISES = "own_premises"  # 在服务机构内进行
    NOT_AT_HOME = "not_at_home"  # 不在家中见面
    NO_CONTRACT = "no_contract"  # 当日无有效合同
    NOT_COVERED = "not_covered"  # 不在合同覆盖范围
    NO_PRICE = "no_price"  # 当日合同中无此项目或单价
    OVER_CAP = "over_cap"  # 超过限次
    OVER_CEILING = "over_ceiling"  # 超过合同金额上限
    NOT_GIVEN = "not_given"  # 更正后已无此项服务


def bar_of(standing: str, blocked: str | None, *, inspected: bool) -> NotBilled | None:
    """What bars all that a record tells of: its standing, why it does not count by itself, an inspection.

    ``inspected``: somebody is to look at it a second time, or found it wrong.
    """
    if standing != Standing.ACCEPTED:
        return NotBilled(standing)
    if blocked is not None:
        return NotBilled(blocked)
    return NotBilled.UNDER_INSPECTION if inspected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was done at one visit, as far as money looks at it.

    ``village``: where the elder lived that day. ``under``: contracts by list under which the elder was then
    assigned to the provider. ``bar``: what bars all of it.
    """

    visit_id: UUID
    elder_id: UUID
    village: str
    day: date
    started_at: datetime | None = None
    method: Method = Method.HOME
    place: Place = Place.HOME
    outcome: Outcome = Outcome.COMPLETED
    bar: NotBilled | None = None
    care: frozenset[Service] = frozenset()
    under: frozenset[UUID] = frozenset()

    @property
    def visit(self) -> Service:
        """The kind of visit it was."""
        return Service.HOME_VISIT if self.method in _IN_PERSON else Service.REMOTE_VISIT

    @property
    def turn(self) -> tuple[date, bool, datetime, UUID]:
        """Its place in the order in which caps and ceilings are used up; unknown hours come last of a day."""
        return self.day, self.started_at is None, self.started_at or _NO_HOUR, self.visit_id


_IN_PERSON = (Method.HOME, Method.OTHER)
_AT_HOME = (Place.HOME, Place.RELATIVE_HOME, Place.SHELTER)  # A3: where a home visit may take place
_NO_HOUR = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract with what it pays for, and how much in all (``ceiling``)."""

    contract: Contract
    prices: tuple[Price, ...]
    ceiling: int | None = None

    @property
    def contract_id(self) -> UUID:
        return self.contract.id

    def runs_on(self, day: date) -> bool:
        return runs_on(self.contract, day)

    def covers(self, delivery: Delivery) -> bool:
        assigned = self.contract_id in delivery.under
        return covers(self.contract, delivery.village, assigned, delivery.day)

    def price_of(self, service: Service, day: date) -> Price | None:
        running = (
            price for price in self.prices if price.service is service and price.starts_on <= day <= price.ends_on
        )
        return next(running, None)


@dataclass(frozen=True, slots=True)
class Purchase:
    """All that was bought of one provider; ``premises``: it has an institution of its own."""

    contracts: tuple[Terms, ...]
    premises: bool = False

    def running(self, day: date) -> list[Terms]:
        """The contracts of a day, the oldest first: where several would pay, that one does."""
        running = (terms for terms in self.contracts if terms.runs_on(day))
        return sorted(running, key=lambda terms: (terms.contract.starts_on, terms.contract_id))


@dataclass(frozen=True, slots=True)
class Billing:
    """Whether one service at one visit is paid for, under which contract, or the one reason why not."""

    delivery: Delivery
    service: Service
    terms: Terms | None = None
    price: Price | None = None
    reason: NotBilled | None = None

    @property
    def cents(self) -> int:
        return self.price.price if self.price is not None and self.reason is None else 0

    @property
    def contract_id(self) -> UUID | None:
        return self.terms.contract_id if self.terms is not None else None

    @property
    def key(self) -> tuple[UUID, Service]:
        return self.delivery.visit_id, self.service


def _billing(delivery: Delivery, service: Service, running: Sequence[Terms], premises: bool) -> Billing:
    terms, price, missing = _quoted(delivery, service, running)
    return Billing(delivery, service, terms, price, _barred(delivery, service, premises) or missing)


def _barred(delivery: Delivery, service: Service, premises: bool) -> NotBilled | None:
    if delivery.bar is not None:
        return delivery.bar
    if delivery.outcome is not Outcome.COMPLETED:
        return NotBilled.NOT_COMPLETED
    if delivery.visit is Service.HOME_VISIT and delivery.place not in _AT_HOME:
        if premises:
            return NotBilled.OWN_PREMISES
        return NotBilled.NOT_AT_HOME if service is Service.HOME_VISIT else None
    return None


def _quoted(
    delivery: Delivery, service: Service, running: Sequence[Terms]
) -> tuple[Terms | None, Price | None, NotBilled | None]:
    covering = [terms for terms in running if terms.covers(delivery)]
    for terms in covering:
        if price := terms.price_of(service, delivery.day):
            return terms, price, None
    if covering:
        return covering[0], None, NotBilled.NO_PRICE
    return None, None, NotBilled.NOT_COVERED if running else NotBilled.NO_CONTRACT


def bill(deliveries: Iterable[Delivery], purchase: Purchase) -> list[Billing]:
    """Every visit and each priced service given at one, in their turn, with the caps used up in that order.

    Caps never reach over the end of a month, so that months may be billed one by one.
    """
    paid: Counter[tuple[object, ...]] = Counter()
    in_turn = sorted(deliveries, key=lambda each: each.turn)
    return [
        _capped(_billing(delivery, service, running, purchase.premises), paid)
        for day, of_day in groupby(in_turn, key=lambda each: each.day)
        for running in (purchase.running(day),)
        for delivery in of_day
        for service in _services(delivery, running)
    ]


def _services(delivery: Delivery, running: Sequence[Terms]) -> Iterator[Service]:
    """The visit itself, and what was given at it that has a price on the day."""
    yield delivery.visit
    if delivery.care:
        yield from sorted(delivery.care & {price.service for terms in running for price in terms.prices})


def _capped(billing: Billing, paid: Counter[tuple[object, ...]]) -> Billing:
    """The same, unless its cap is used up; what is paid uses it up."""
    price = billing.price
    if billing.reason is not None or price is None or price.cap is None or price.cap_period is None:
        return billing
    if paid[_period(billing, price.cap_period)] >= price.cap:
        return replace(billing, reason=NotBilled.OVER_CAP)
    paid.update(_period(billing, period) for period in CapPeriod)
    return billing


def _period(billing: Billing, period: CapPeriod) -> tuple[object, ...]:
    day = billing.delivery.day
    half = day.day <= 15 if period is CapPeriod.HALF_MONTH else None
    return billing.contract_id, billing.service, billing.delivery.elder_id, Month.of(day), half
