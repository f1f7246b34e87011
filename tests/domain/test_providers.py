"""When a force may come, what a contract covers and pays: rules of days."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domain.access import Actor, AreaCode, Grant, Role
from api.domain.assignments import Assignment, may_send
from api.domain.assignments import runs_on as sent_on
from api.domain.contracts import CapPeriod, Contract, Price, Reach, Service, covers, price_faults, runs_on
from api.domain.engagements import Dossier, Span
from tests.builders import OTHER_VILLAGE, TOWNSHIP, VILLAGE

SOME = UUID(int=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST - timedelta(days=40), LAST + timedelta(days=40))
SPANS = st.tuples(DAYS, DAYS | st.none()).filter(lambda span: span[1] is None or span[0] <= span[1])


def a_contract(**said: Any) -> Contract:
    known = {"reach": Reach.AREAS, "areas": (TOWNSHIP,), "data_clause": True, "starts_on": FIRST, "ends_on": LAST}
    return Contract(id=SOME, provider_id=SOME, **{**known, **said})


def a_price(starts_on: date, ends_on: date, service: Service = Service.HOME_VISIT, **said: Any) -> Price:
    return Price(service, 3000, starts_on, ends_on, **said)


def days_of(span: tuple[date, date | None]) -> set[date]:
    """The days of a stretch within the years the tests speak of."""
    last = span[1] or LAST + timedelta(days=40)
    return {span[0] + timedelta(days=n) for n in range((last - span[0]).days + 1)}


def test_a_contract_runs_on_its_first_and_last_day_and_on_no_other() -> None:
    days = [FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1)]
    assert [runs_on(a_contract(), day) for day in days] == [False, True, True, False]


def test_by_areas_it_covers_who_lives_there_and_by_list_who_was_sent() -> None:
    by_areas, by_list = a_contract(), a_contract(reach=Reach.ELDERS, areas=())
    assert [covers(by_areas, village, False, FIRST) for village in (VILLAGE, OTHER_VILLAGE)] == [True, False]
    assert [covers(by_list, OTHER_VILLAGE, sent, FIRST) for sent in (True, False)] == [True, False]
    assert not covers(by_list, VILLAGE, True, LAST + timedelta(days=1))


@given(rests=st.lists(SPANS, max_size=4), day=DAYS)
def test_who_was_stood_down_on_a_day_could_not_come(rests: list[tuple[date, date | None]], day: date) -> None:
    dossier = Dossier()
    dossier.rests[SOME] += [Span(*span) for span in rests]
    assert dossier.stands(SOME, day) is not any(day in days_of(span) for span in rests)


@given(one=SPANS, other=SPANS, day=DAYS)
def test_stretches_overlap_when_they_have_a_day_in_common(
    one: tuple[date, date | None], other: tuple[date, date | None], day: date
) -> None:
    common = Span(*one).within(Span(*other))
    assert (common is not None) is bool(days_of(one) & days_of(other))
    assert common == Span(*other).within(Span(*one))
    assert sent_on(Assignment(SOME, SOME, SOME, None, None, *one), day) is (day in days_of(one))


@given(spans=st.lists(SPANS.filter(lambda span: span[1] is not None), min_size=2, max_size=5))
def test_no_day_has_two_prices_of_one_service(spans: list[tuple[date, date]]) -> None:
    prices = [a_price(*span) for span in spans]
    codes = {fault.code for fault in price_faults(prices, date.min, date.max)}
    alone = sum(len(days_of(span)) for span in spans) == len(set().union(*map(days_of, spans)))
    assert codes == (set() if alone else {"prices_overlap"})


def test_other_services_have_their_own_prices() -> None:
    prices = [a_price(FIRST, LAST), a_price(FIRST, LAST, Service.MEAL)]
    assert not [*price_faults(prices, FIRST, LAST)]


def test_a_cap_has_a_number_and_a_period() -> None:
    prices = [
        a_price(FIRST, LAST, cap=2, cap_period=CapPeriod.MONTH),
        a_price(FIRST, LAST, Service.MEAL, cap=2),
        a_price(FIRST, LAST, Service.BATHING, cap_period=CapPeriod.HALF_MONTH),
    ]
    pointers = [fault.pointer for fault in price_faults(prices, FIRST, LAST)]
    assert pointers == ["/services/1/cap_period", "/services/2/cap_period"]


def test_a_liaison_sends_the_own_force_and_an_office_every_force_of_its_area() -> None:
    liaison, instructor = (
        Actor(SOME, (Grant(role, AreaCode(area), FIRST),))
        for role, area in ((Role.VILLAGE_LIAISON, VILLAGE), (Role.TOWNSHIP_INSTRUCTOR, TOWNSHIP))
    )
    assert may_send(liaison, VILLAGE, own_force=True)
    assert not may_send(liaison, VILLAGE, own_force=False)
    assert may_send(instructor, VILLAGE, own_force=False)
    assert not may_send(instructor, OTHER_VILLAGE, own_force=False)
