"""Positions of three systems, and the distances between them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.positions import Position, gcj02_of, metres_between, middle, position_of
from api.domain.proof import Check, CoordSystem

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
PUTIAN = Position(25.4541, 119.1103)
IN_CHINA = st.builds(
    Position,
    st.floats(20, 50, allow_nan=False),
    st.floats(80, 130, allow_nan=False),
)


def at(system: CoordSystem, lat: float, lng: float) -> Position:
    return position_of(Check(NOON, lat, lng, system))


def test_the_published_examples_of_the_shift_are_met() -> None:
    shown = gcj02_of(Position(39.915, 116.404))
    assert (shown.lat, shown.lng) == pytest.approx((39.91640428150164, 116.41024449916938), abs=1e-9)
    assert metres_between(at(CoordSystem.GCJ02, shown.lat, shown.lng), Position(39.915, 116.404)) < 0.1
    once = at(CoordSystem.BD09, 39.915, 116.404)
    through = at(CoordSystem.GCJ02, 39.90865673957631, 116.39762729119315)
    assert metres_between(once, through) < 0.1


@given(IN_CHINA)
def test_a_shifted_position_comes_back(place: Position) -> None:
    shown = gcj02_of(place)
    assert 10 < metres_between(place, shown) < 1_500
    assert metres_between(at(CoordSystem.GCJ02, shown.lat, shown.lng), place) < 0.5


def test_elsewhere_nothing_is_shifted() -> None:
    rome = Position(41.9, 12.5)
    assert gcj02_of(rome) == at(CoordSystem.GCJ02, rome.lat, rome.lng) == rome


@given(IN_CHINA, IN_CHINA)
def test_a_distance_is_the_same_there_and_back_and_nothing_to_itself(one: Position, other: Position) -> None:
    assert metres_between(one, other) == pytest.approx(metres_between(other, one))
    assert metres_between(one, one) == 0


def test_a_minute_of_latitude_is_a_nautical_mile() -> None:
    assert metres_between(PUTIAN, Position(PUTIAN.lat + 1 / 60, PUTIAN.lng)) == pytest.approx(1853, abs=2)


def test_one_stray_position_does_not_move_the_middle() -> None:
    near = [Position(25.4541, 119.1103), Position(25.4542, 119.1104), Position(25.4540, 119.1102)]
    assert metres_between(middle([*near, Position(31.2, 121.4)]), PUTIAN) < 30
