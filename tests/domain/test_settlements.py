"""What a month's settlement says, and how it puts earlier ones right."""

from collections import Counter
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domain.billing import Delivery, NotBilled, Purchase, bill
from api.domain.contracts import CapPeriod, Service
from api.domain.settlements import Changes, Line, Settled, Share, lines_of, shares_of
from tests.domain.test_billing import a_contract, a_price, a_visit, an_id, numbered, visits

HOME = Service.HOME_VISIT
CONTRACT = an_id(1)


def settle(
    deliveries: list[Delivery],
    purchase: Purchase,
    settled: dict[tuple[UUID, Service], Settled] | None = None,
    left: dict[UUID, int] | None = None,
) -> list[Line]:
    changes = Changes()
    changes.note(bill(deliveries, purchase), settled or {})
    return lines_of(changes, left or {})


def closed(
    lines: list[Line], before: dict[tuple[UUID, Service], Settled] | None = None
) -> dict[tuple[UUID, Service], Settled]:
    """What stands after these lines were closed too."""
    known = dict(before or {})
    for number, line in enumerate(lines, start=1000 + len(known)):
        key = line.visit_id, line.service
        earlier = known[key].cents if key in known else 0
        known[key] = Settled(an_id(number), line, earlier + line.cents)
    return known


def brief(lines: list[Line]) -> list[tuple[int, int, NotBilled | None]]:
    return [(line.visit_id.int, line.cents, line.reason) for line in lines]


PLAIN = Purchase((a_contract(),))


def test_every_visit_has_a_line_paid_or_not() -> None:
    lines = settle([a_visit(3), a_visit(9, number=2, bar=NotBilled.VOIDED)], PLAIN)
    assert brief(lines) == [(1, 4000, None), (2, 0, NotBilled.VOIDED)]


def test_what_stays_as_it_was_settled_has_no_line_again() -> None:
    before = closed(settle([a_visit(3)], PLAIN))
    assert settle([a_visit(3)], PLAIN, before) == []


def test_a_visit_voided_after_its_month_is_taken_back_with_a_reference() -> None:
    before = closed(settle([a_visit(3)], PLAIN))
    [line] = settle([a_visit(3, bar=NotBilled.VOIDED)], PLAIN, before)
    assert (line.cents, line.reason, line.corrects) == (-4000, NotBilled.VOIDED, before[an_id(1), HOME].line_id)


def test_a_visit_that_came_late_is_paid_with_the_next() -> None:
    before = closed(settle([a_visit(3)], PLAIN))
    [line] = settle([a_visit(3), a_visit(9, number=2)], PLAIN, before)
    assert (line.cents, line.corrects) == (4000, None)


def test_a_void_makes_room_under_the_cap() -> None:
    capped = Purchase((a_contract(a_price(cap=1, cap_period=CapPeriod.MONTH)),))
    first = settle([a_visit(3), a_visit(9, number=2)], capped)
    assert brief(first) == [(1, 4000, None), (2, 0, NotBilled.OVER_CAP)]
    later = settle([a_visit(3, bar=NotBilled.VOIDED), a_visit(9, number=2)], capped, closed(first))
    assert brief(later) == [(1, -4000, NotBilled.VOIDED), (2, 4000, None)]


def test_another_price_takes_back_the_old_and_pays_the_new() -> None:
    before = closed(settle([a_visit(3)], PLAIN))
    lines = settle([a_visit(3)], Purchase((a_contract(a_price(cents=4500)),)), before)
    assert brief(lines) == [(1, -4000, None), (1, 4500, None)]


def test_another_contract_takes_back_under_the_one_and_pays_under_the_other() -> None:
    before = closed(settle([a_visit(3)], PLAIN))
    lines = settle([a_visit(3)], Purchase((a_contract(number=2),)), before)
    assert [(line.cents, line.contract_id) for line in lines] == [(-4000, an_id(1)), (4000, an_id(2))]


def test_care_that_a_correction_takes_out_is_taken_back() -> None:
    purchase = Purchase((a_contract(a_price(), a_price(Service.MEAL, 1500)),))
    before = closed(settle([a_visit(3, care=frozenset({Service.MEAL}))], purchase))
    assert brief(settle([a_visit(3)], purchase, before)) == [(1, -1500, NotBilled.NOT_GIVEN)]


def test_what_no_longer_fits_under_the_ceiling_is_told_and_not_paid() -> None:
    contract = a_contract(a_price(), a_price(Service.MEAL, 1500), ceiling=10_000)
    given = [a_visit(3), a_visit(9, number=2), a_visit(20, number=3, care=frozenset({Service.MEAL}))]
    lines = settle(given, Purchase((contract,)), left={CONTRACT: 10_000})
    assert [line.cents for line in lines] == [4000, 4000, 0, 1500]
    assert lines[2].reason is NotBilled.OVER_CEILING
    assert shares_of(lines, [contract], {CONTRACT: 500}) == [Share(CONTRACT, 10_000, 500, 9500, 4000)]


def test_what_is_taken_back_makes_room_under_the_ceiling() -> None:
    purchase = Purchase((a_contract(ceiling=4000),))
    first = settle([a_visit(3), a_visit(9, number=2)], purchase, left={CONTRACT: 4000})
    assert brief(first) == [(1, 4000, None), (2, 0, NotBilled.OVER_CEILING)]
    still = settle([a_visit(3), a_visit(9, number=2)], purchase, closed(first), left={CONTRACT: 0})
    assert still == []
    later = settle([a_visit(3, bar=NotBilled.VOIDED), a_visit(9, number=2)], purchase, closed(first), {CONTRACT: 0})
    assert brief(later) == [(1, -4000, NotBilled.VOIDED), (2, 4000, None)]


def test_a_lowered_ceiling_takes_nothing_back_and_keeps_every_reason() -> None:
    purchase = Purchase((a_contract(ceiling=4000),))
    before = closed(settle([a_visit(3)], purchase, left={CONTRACT: 4000}))
    given = [a_visit(3), a_visit(9, number=2), a_visit(10, number=3, bar=NotBilled.RETURNED)]
    lines = settle(given, purchase, before, {CONTRACT: -1000})
    assert brief(lines) == [(2, 0, NotBilled.OVER_CEILING), (3, 0, NotBilled.RETURNED)]


@given(visits, visits, st.integers(0, 50_000), st.randoms(use_true_random=False))
def test_however_records_change_the_lines_add_up_to_what_is_due_now(
    then: list[Delivery], now: list[Delivery], ceiling: int, chance: Random
) -> None:
    prices = (
        a_price(cap=2, cap_period=CapPeriod.MONTH),
        a_price(Service.MEAL, 700),
        a_price(Service.REMOTE_VISIT, 300),
    )
    purchase = Purchase((a_contract(*prices),))
    first = settle(numbered(then), purchase, left={CONTRACT: ceiling})
    before = closed(first)
    paid = sum(line.cents for line in first)
    known = numbered(now)
    second = settle(chance.sample(known, len(known)), purchase, before, {CONTRACT: ceiling - paid})
    assert second == settle(known, purchase, before, {CONTRACT: ceiling - paid})
    total = paid + sum(line.cents for line in second)
    assert 0 <= paid <= ceiling
    assert 0 <= total <= ceiling
    due = Counter({each.key: each.cents for each in bill(known, purchase)})
    after = closed(second, before)
    assert all(after[key].cents in (0, due[key]) for key in after)
    if ceiling == 50_000 and sum(due.values()) <= ceiling:
        assert total == sum(due.values())
