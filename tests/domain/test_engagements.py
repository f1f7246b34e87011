"""Whom a force came to on which day, whatever was decided since (A35)."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domain.engagements import Dossier, Engagement, Home, Span, engagement_faults, provider_of
from api.domain.policy import PLAN

FORCE, ELDER, WORKER = (UUID(int=number) for number in (1, 2, 3))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
SPANS = st.builds(lambda a, b: Span(min(a, b), b and max(a, b)), DAYS, DAYS) | st.builds(Span, DAYS)


def said(day: str, today: str, *spans: Span) -> list[str]:
    engagements = [Engagement(span, bought=True) for span in spans]
    faults = engagement_faults(engagements, date.fromisoformat(day), "/started_at", date.fromisoformat(today), PLAN)
    return [fault.code for fault in faults]


UNTIL_THE_15TH = Span(date(2026, 1, 1), date(2026, 11, 15))


def test_the_contract_of_the_day_decides_and_thirty_days_after_its_end_nothing_does() -> None:
    assert said("2026-11-12", "2026-11-18", UNTIL_THE_15TH) == []
    assert said("2026-11-15", "2026-12-15", UNTIL_THE_15TH) == []
    assert said("2026-11-16", "2026-11-18", UNTIL_THE_15TH) == ["contract_not_running_on_that_day"]
    assert said("2026-11-15", "2026-12-16", UNTIL_THE_15TH) == ["posting_period_over"]
    assert said("2026-11-16", "2026-12-16", UNTIL_THE_15TH) == [
        "contract_not_running_on_that_day",
        "posting_period_over",
    ]


def test_the_township_writes_for_a_force_however_late() -> None:
    engagements = [Engagement(UNTIL_THE_15TH, bought=True)]
    assert not [*engagement_faults(engagements, date(2026, 11, 15), "/started_at", None, PLAN)]


def test_a_force_that_goes_on_under_another_contract_writes_for_the_old_days_too() -> None:
    assert said("2026-11-15", "2026-12-31", UNTIL_THE_15TH, Span(date(2026, 11, 20))) == []
    assert said("2026-11-17", "2026-12-31", UNTIL_THE_15TH, Span(date(2026, 11, 20))) == [
        "contract_not_running_on_that_day"
    ]


@given(SPANS, SPANS, DAYS)
def test_what_two_spans_have_in_common_covers_the_days_of_both(one: Span, other: Span, day: date) -> None:
    common = one.within(other)
    assert (common is not None and common.covers(day)) == (one.covers(day) and other.covers(day))


def test_a_contract_by_area_covers_an_elder_while_he_lives_there() -> None:
    dossier = Dossier()
    dossier.covered[FORCE].append(("350303104", Engagement(Span(date(2026, 1, 1), date(2026, 12, 31)), bought=True)))
    dossier.homes[ELDER] += [
        Home("350303101201", date(2026, 6, 1)),
        Home("350303104201", date(2023, 8, 1)),
        Home("350303104202", date(2026, 9, 1)),
    ]

    spans = [each.span for each in dossier.engagements(FORCE, ELDER)]

    assert spans == [Span(date(2026, 1, 1), date(2026, 5, 31)), Span(date(2026, 9, 1), date(2026, 12, 31))]
    assert dossier.serves_in(FORCE, "350303104999")
    assert not dossier.serves_in(FORCE, "350303101201")


@given(DAYS, st.integers(0, 60), st.integers(0, 90))
def test_a_training_of_all_or_of_the_worker_holds_while_it_is_valid(held_on: date, valid: int, after: int) -> None:
    for whom in (None, WORKER):
        dossier = Dossier()
        dossier.trainings[FORCE, whom].append(Span(held_on, held_on + timedelta(days=valid)))
        assert dossier.trained(FORCE, WORKER, held_on + timedelta(days=after)) == (after <= valid)
        assert not dossier.trained(FORCE, WORKER, held_on - timedelta(days=1))


def test_only_a_forces_source_names_one() -> None:
    assert provider_of(f"provider:{FORCE}") == FORCE
    assert provider_of(f"user:{FORCE}") is None
