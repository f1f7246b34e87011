"""Stretches of duty of two files of one person, joined to one line."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.domain.merges import Span, joined

JAN = date(2026, 1, 1)


def day(number: int) -> date:
    return JAN + timedelta(days=number)


def span(number: int, kept: bool, first: int, last: int | None = None) -> Span:
    return Span(UUID(int=number), kept, day(first), None if last is None else day(last))


def test_the_kept_stretch_begins_with_the_earlier_file() -> None:
    assert joined([span(1, True, 50), span(2, False, 10)]) == {UUID(int=1): day(10)}


def test_one_that_ended_long_before_stays_a_stretch_of_its_own() -> None:
    assert joined([span(1, True, 50), span(2, False, 10, 20)]) == {UUID(int=2): day(10), UUID(int=1): day(50)}


def test_one_that_ends_on_the_eve_goes_on_without_a_gap() -> None:
    assert joined([span(1, True, 50), span(2, False, 10, 49)]) == {UUID(int=1): day(10)}


def test_a_stretch_without_a_day_remains_only_in_the_kept_file() -> None:
    assert joined([span(1, True, 5, 4), span(2, False, 5, 4)]) == {UUID(int=1): day(5)}


@st.composite
def files(draw: st.DrawFn) -> list[Span]:
    """Two files, each with stretches that neither overlap nor follow one another at once."""
    spans: list[Span] = []
    for kept in (True, False):
        first = draw(st.integers(0, 20))
        for _ in range(draw(st.integers(0, 4))):
            last = first + draw(st.integers(0, 15))
            spans.append(span(len(spans) + 1, kept, first, last))
            first = last + draw(st.integers(2, 20))
    return spans


@given(files())
def test_every_day_of_the_kept_file_is_still_a_day_of_duty_once(spans: list[Span]) -> None:
    ends = {each.id: each.end for each in spans}
    stretches = sorted((first, ends[stint]) for stint, first in joined(spans).items())
    assert all(earlier[1] < later[0] for earlier, later in pairwise(stretches))
    for each in spans:
        assert not each.kept or any(first <= each.starts_on and each.end <= last for first, last in stretches)


@given(files())
def test_no_day_is_invented_but_between_two_that_touch(spans: list[Span]) -> None:
    remaining = joined(spans)
    firsts = {each.starts_on for each in spans}
    assert set(remaining.values()) <= firsts
