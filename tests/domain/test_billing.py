"""What is paid for a visit and for what was done at one, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.billing import Billing, Delivery, NotBilled, Purchase, Terms, bar_of, bill
from api.domain.contracts import CapPeriod, Contract, Price, Reach, Service
from api.domain.policy import Method, Place
from api.domain.visits import Outcome

VILLAGE = "350303104201"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
HOME = Service.HOME_VISIT


def an_id(number: int) -> UUID:
    return UUID(int=number)


def a_price(service: Service = HOME, cents: int = 4000, **more: Any) -> Price:
    return Price(service, cents, *YEAR, **more)


def a_contract(*prices: Price, number: int = 1, ceiling: int | None = None, **more: Any) -> Terms:
    """For a township; without areas for those assigned under it."""
    areas = more.pop("areas", ("350303104",))
    agreed = {"starts_on": YEAR[0], "ends_on": YEAR[1], "provider_id": an_id(0), "data_clause": True} | more
    reach = Reach.AREAS if areas else Reach.ELDERS
    return Terms(Contract(id=an_id(number), reach=reach, areas=areas, **agreed), prices or (a_price(),), ceiling)


def a_visit(day: int = 3, *, number: int = 1, elder: int = 1, **more: Any) -> Delivery:
    return Delivery(
        visit_id=an_id(number), elder_id=an_id(elder), village=VILLAGE, **({"day": date(2026, 11, day)} | more)
    )


def alone(delivery: Delivery, *contracts: Terms, premises: bool = False) -> Billing:
    """What the visit itself comes to, where nothing else was done."""
    [billing] = bill([delivery], Purchase(contracts, premises))
    return billing


def reason(delivery: Delivery, *contracts: Terms) -> NotBilled | None:
    return alone(delivery, *contracts).reason


def told(billed: list[Billing]) -> list[tuple[UUID, Service, int, NotBilled | None]]:
    return [(each.delivery.visit_id, each.service, each.cents, each.reason) for each in billed]


def test_a_completed_home_visit_under_a_contract_is_paid_at_its_price() -> None:
    billing = alone(a_visit(), a_contract())
    assert (billing.cents, billing.reason, billing.contract_id) == (4000, None, an_id(1))


def test_the_price_is_that_of_the_day() -> None:
    before = Price(HOME, 4000, YEAR[0], date(2026, 11, 15))
    after = Price(HOME, 4500, date(2026, 11, 16), YEAR[1])
    assert [alone(a_visit(day), a_contract(before, after)).cents for day in (15, 16)] == [4000, 4500]


def test_a_contract_pays_until_its_last_day() -> None:
    ended = a_contract(ends_on=date(2026, 11, 15))
    assert reason(a_visit(15), ended) is None
    assert reason(a_visit(16), ended) is NotBilled.NO_CONTRACT


def test_only_who_is_covered_is_paid_for() -> None:
    elsewhere = a_contract(areas=("350303101",))
    listed = a_contract(number=2, areas=())
    assert reason(a_visit(), elsewhere, listed) is NotBilled.NOT_COVERED
    assert reason(a_visit(under=frozenset({an_id(2)})), elsewhere, listed) is None


def test_without_a_price_on_the_day_nothing_is_paid() -> None:
    assert reason(a_visit(method=Method.PHONE), a_contract()) is NotBilled.NO_PRICE


def test_of_two_contracts_the_older_that_has_a_price_pays() -> None:
    young = a_contract(number=1, starts_on=date(2026, 10, 1))
    old = a_contract(a_price(Service.MEAL, 1500), number=2)
    oldest = a_contract(a_price(cents=3000), number=3, starts_on=date(2025, 1, 1))
    assert alone(a_visit(), young, old).contract_id == an_id(1)
    assert alone(a_visit(), young, old, oldest).contract_id == an_id(3)


@pytest.mark.parametrize(
    ("standing", "blocked", "inspected", "bar"),
    [
        ("accepted", None, False, None),
        ("accepted", None, True, NotBilled.UNDER_INSPECTION),
        ("accepted", "probable_duplicate", True, NotBilled.PROBABLE_DUPLICATE),
        ("accepted", "awaiting_acceptance", False, NotBilled.AWAITING_ACCEPTANCE),
        ("accepted", "worker_related", False, NotBilled.WORKER_RELATED),
        ("accepted", "incident_review", False, NotBilled.INCIDENT_REVIEW),
        ("returned", "probable_duplicate", True, NotBilled.RETURNED),
        ("voided", None, False, NotBilled.VOIDED),
        ("withdrawn", None, False, NotBilled.WITHDRAWN),
    ],
)
def test_what_bars_a_record_bars_its_pay(
    standing: str, blocked: str | None, inspected: bool, bar: NotBilled | None
) -> None:
    found = bar_of(standing, blocked, inspected=inspected)
    assert found is bar
    assert reason(a_visit(bar=found), a_contract()) is bar


def test_nobody_met_is_not_paid() -> None:
    assert reason(a_visit(outcome=Outcome.NOT_MET), a_contract()) is NotBilled.NOT_COMPLETED


def test_a_meeting_in_the_own_institution_is_not_paid_nor_what_was_given_there() -> None:
    met = a_visit(place=Place.DAY_CENTRE, care=frozenset({Service.MEAL}))
    contract = a_contract(a_price(), a_price(Service.MEAL, 1500))
    assert [each.reason for each in bill([met], Purchase((contract,), premises=True))] == [NotBilled.OWN_PREMISES] * 2
    elsewhere = bill([met], Purchase((contract,)))
    assert [each.reason for each in elsewhere] == [NotBilled.NOT_AT_HOME, None]


def test_a_call_from_the_institution_is_a_call() -> None:
    call = a_visit(method=Method.PHONE, place=Place.DAY_CENTRE)
    contract = a_contract(a_price(Service.REMOTE_VISIT, 500))
    assert alone(call, contract, premises=True).cents == 500


def test_care_given_at_a_visit_is_paid_beside_it_where_it_has_a_price() -> None:
    given = a_visit(care=frozenset({Service.MEAL, Service.CLEANING, Service.BATHING}))
    contract = a_contract(a_price(), a_price(Service.MEAL, 1500), a_price(Service.CLEANING, 3000))
    assert told(bill([given], Purchase((contract,)))) == [
        (an_id(1), HOME, 4000, None),
        (an_id(1), Service.CLEANING, 3000, None),
        (an_id(1), Service.MEAL, 1500, None),
    ]


def test_a_cap_counts_for_one_elder_in_one_half_month() -> None:
    contract = a_contract(a_price(cap=1, cap_period=CapPeriod.HALF_MONTH))
    visits = [a_visit(3), a_visit(15, number=2), a_visit(16, number=3), a_visit(3, number=4, elder=2)]
    over = [each.delivery.visit_id for each in bill(visits, Purchase((contract,))) if each.reason]
    assert over == [an_id(2)]


def test_what_is_not_paid_uses_up_no_cap() -> None:
    contract = a_contract(a_price(cap=1, cap_period=CapPeriod.MONTH))
    first, second = a_visit(3, bar=NotBilled.VOIDED), a_visit(9, number=2)
    assert [each.cents for each in bill([second, first], Purchase((contract,)))] == [0, 4000]


def test_the_earlier_hour_comes_first_and_an_unknown_hour_last() -> None:
    contract = a_contract(a_price(cap=1, cap_period=CapPeriod.MONTH))
    morning = datetime(2026, 11, 3, 1, tzinfo=UTC)
    visits = [
        a_visit(number=1),
        a_visit(number=2, started_at=morning + timedelta(hours=2)),
        a_visit(number=3, started_at=morning),
    ]
    assert [each.delivery.visit_id for each in bill(visits, Purchase((contract,)))] == [an_id(3), an_id(2), an_id(1)]


caps = st.none() | st.tuples(st.integers(0, 3), st.sampled_from(CapPeriod))
prices = st.builds(
    lambda service, cents, cap: a_price(service, cents, cap=cap and cap[0], cap_period=cap and cap[1]),
    st.sampled_from([HOME, Service.REMOTE_VISIT, Service.MEAL]),
    st.integers(0, 9_999),
    caps,
)
contracts = st.lists(
    st.builds(
        lambda starts, days, prices: (starts, starts + timedelta(days=days), tuple(prices)),
        st.dates(date(2026, 10, 20), date(2026, 11, 30)),
        st.integers(0, 40),
        st.lists(prices, max_size=4, unique_by=lambda price: price.service),
    ),
    max_size=3,
)
visits = st.lists(
    st.builds(
        a_visit,
        st.integers(1, 30),
        elder=st.integers(1, 3),
        started_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        method=st.sampled_from([Method.HOME, Method.PHONE]),
        place=st.sampled_from([Place.HOME, Place.CANTEEN]),
        outcome=st.sampled_from([Outcome.COMPLETED, Outcome.COMPLETED, Outcome.NOT_MET]),
        bar=st.none() | st.just(NotBilled.VOIDED),
        care=st.frozensets(st.sampled_from([Service.MEAL, Service.BATHING])),
    ),
    max_size=25,
)


def a_purchase(terms: list[tuple[date, date, tuple[Price, ...]]], premises: bool) -> Purchase:
    return Purchase(
        tuple(
            a_contract(*given, number=number, starts_on=since, ends_on=until)
            for number, (since, until, given) in enumerate(terms)
            if given
        ),
        premises,
    )


def numbered(deliveries: list[Delivery]) -> list[Delivery]:
    return [replace(each, visit_id=an_id(number)) for number, each in enumerate(deliveries)]


@given(visits, contracts, st.booleans())
def test_no_elder_is_ever_paid_for_more_often_than_the_cap_allows(
    deliveries: list[Delivery], terms: list[tuple[date, date, tuple[Price, ...]]], premises: bool
) -> None:
    purchase = a_purchase(terms, premises)
    billed = bill(numbered(deliveries), purchase)
    for contract in purchase.contracts:
        for price in contract.prices:
            if price.cap is None:
                continue
            for elder in range(1, 4):
                for half in (True, False):
                    paid = sum(
                        each.cents
                        for each in billed
                        if each.price == price
                        and each.contract_id == contract.contract_id
                        and each.delivery.elder_id == an_id(elder)
                        and (price.cap_period is CapPeriod.MONTH or (each.delivery.day.day <= 15) is half)
                    )
                    assert paid <= price.cap * price.price


@given(visits, contracts, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_changes_nothing(
    deliveries: list[Delivery], terms: list[tuple[date, date, tuple[Price, ...]]], premises: bool, chance: Random
) -> None:
    purchase, known = a_purchase(terms, premises), numbered(deliveries)
    shuffled = chance.sample(known, len(known))
    turned = Purchase(tuple(reversed(purchase.contracts)), premises)
    assert bill(shuffled, turned) == bill(known, purchase)


@given(visits, contracts, st.booleans())
def test_every_visit_is_billed_or_says_why_not(
    deliveries: list[Delivery], terms: list[tuple[date, date, tuple[Price, ...]]], premises: bool
) -> None:
    known = numbered(deliveries)
    billed = bill(known, a_purchase(terms, premises))
    own = [each for each in billed if each.service is each.delivery.visit]
    assert sorted(each.delivery.visit_id for each in own) == sorted(each.visit_id for each in known)
    assert all(each.price is not None for each in billed if each.reason is None)
