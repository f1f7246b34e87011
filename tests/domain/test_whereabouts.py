"""What records and people say of where an elder is (A13)."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.policy import Method
from api.domain.visits import Outcome, Whereabouts
from api.domain.whereabouts import (
    CheckState,
    Sight,
    answer_among,
    is_late,
    lost_since,
    whereabouts_of,
)

START = datetime(2026, 11, 7, 1, tzinfo=UTC)
SIGHTS = st.lists(
    st.builds(
        Sight, st.integers(-600, 600).map(lambda hours: START + timedelta(hours=hours)), st.sampled_from(Whereabouts)
    ),
    max_size=8,
    unique_by=lambda sight: sight.moment,
)


def after(hours: int, whereabouts: Whereabouts = Whereabouts.UNKNOWN) -> Sight:
    return Sight(START + timedelta(hours=hours), whereabouts)


@given(state=st.sampled_from(CheckState), seconds=st.integers(-5, 5))
def test_the_deadline_itself_is_in_time(state: CheckState, seconds: int) -> None:
    waits = state in (CheckState.OPEN, CheckState.ESCALATED)
    assert is_late(state, START, START + timedelta(seconds=seconds)) == (waits and seconds > 0)


@pytest.mark.parametrize(
    ("outcome", "method", "by_elder", "told", "where"),
    [
        (Outcome.COMPLETED, Method.HOME, False, None, Whereabouts.SEEN),
        (Outcome.COMPLETED, Method.ONLINE, False, None, Whereabouts.ON_PHONE),
        (Outcome.REFUSED, Method.HOME, True, None, Whereabouts.SEEN),
        (Outcome.REFUSED, Method.HOME, False, None, None),
        (Outcome.NOT_MET, Method.HOME, False, None, Whereabouts.UNKNOWN),
        (Outcome.NOT_MET, Method.HOME, False, Whereabouts.AWAY, Whereabouts.AWAY),
        (Outcome.HOSPITALISED, Method.HOME, False, None, Whereabouts.IN_HOSPITAL),
        (Outcome.DECEASED, Method.HOME, False, None, None),
    ],
)
def test_what_each_kind_of_record_says(
    outcome: Outcome, method: Method, by_elder: bool, told: Whereabouts | None, where: Whereabouts | None
) -> None:
    assert whereabouts_of(outcome, method, refused_by_elder=by_elder, told=told) == where


def test_two_searches_on_one_day_are_one() -> None:
    assert lost_since(START, [after(6)]) is None
    assert lost_since(START, [after(24)]) == START + timedelta(hours=24)
    assert lost_since(START, [after(-24)]) == START


def test_news_between_makes_them_two_different_searches() -> None:
    assert lost_since(START, [after(48), after(30, Whereabouts.SEEN)]) is None
    assert lost_since(START, [after(48), after(60, Whereabouts.SEEN)]) == START + timedelta(hours=48)


@given(sights=SIGHTS)
def test_only_news_after_every_search_answers(sights: list[Sight]) -> None:
    answer = answer_among(START, sights)
    vain = [sight.moment for sight in sights if sight.in_vain and sight.moment > START]
    last = max(vain, default=START)
    later = [sight for sight in sights if not sight.in_vain and sight.moment > last]
    assert answer == min(later, key=lambda sight: sight.moment, default=None)


@given(sights=SIGHTS.filter(lambda sights: len(sights) <= 4))
def test_the_order_in_which_records_come_plays_no_part(sights: list[Sight]) -> None:
    ways = [list(order) for order in permutations(sights)]
    assert len({lost_since(START, way) for way in ways}) <= 1
    assert len({answer_among(START, way) for way in ways}) <= 1
