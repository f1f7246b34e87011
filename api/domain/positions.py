"""Where a device said it was, and how far apart two such places are.

Maps sold in China shift positions: GCJ-02 from WGS-84 by a published polynomial, BD-09 from GCJ-02 once more.
What was sent is kept as it came; distances are taken between WGS-84 positions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, atan2, cos, pi, radians, sin, sqrt
from statistics import median

from api.domain.proof import Check, CoordSystem

_EARTH = 6_371_008.8  # mean radius, metres
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943  # Krasovsky 1940, as GCJ-02 uses it
_BD_OFFSET_LNG, _BD_OFFSET_LAT = 0.0065, 0.006
_BD_ANGLE = pi * 3000 / 180


@dataclass(frozen=True, slots=True)
class Position:
    """WGS-84 degrees."""

    lat: float
    lng: float


def position_of(check: Check) -> Position:
    """Where a check-in or check-out took place."""
    return _TO_WGS84[check.coord_sys](check.lat, check.lng)


def metres_between(one: Position, other: Position) -> float:
    """Along the surface (haversine)."""
    half_lat, half_lng = radians(other.lat - one.lat) / 2, radians(other.lng - one.lng) / 2
    chord = sin(half_lat) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(half_lng) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(chord)))


def middle(positions: Sequence[Position]) -> Position:
    """The median of each coordinate: one stray position does not move it. Raises StatisticsError for none."""
    return Position(median(each.lat for each in positions), median(each.lng for each in positions))


def gcj02_of(place: Position) -> Position:
    """A WGS-84 position as GCJ-02 shows it; outside China both are the same."""
    if not (0.8293 <= place.lat <= 55.8271 and 72.004 <= place.lng <= 137.8347):
        return place
    lat, lng = _shift(place.lng - 105, place.lat - 35)
    angle = radians(place.lat)
    magic = 1 - _ECCENTRICITY * sin(angle) ** 2
    north = lat * 180 / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    east = lng * 180 / (_AXIS / sqrt(magic) * cos(angle) * pi)
    return Position(place.lat + north, place.lng + east)


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres to the north and to the east; ``x``, ``y``: degrees from 105° E, 35° N."""
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    return north, east


def _from_gcj02(lat: float, lng: float) -> Position:
    """The shift has no inverse in closed form: what it adds near the answer is taken away, a few times over."""
    found = Position(lat, lng)
    for _ in range(3):
        shown = gcj02_of(found)
        found = Position(found.lat + lat - shown.lat, found.lng + lng - shown.lng)
    return found


def _from_bd09(lat: float, lng: float) -> Position:
    x, y = lng - _BD_OFFSET_LNG, lat - _BD_OFFSET_LAT
    radius = sqrt(x * x + y * y) - 0.00002 * sin(y * _BD_ANGLE)
    angle = atan2(y, x) - 0.000003 * cos(x * _BD_ANGLE)
    return _from_gcj02(radius * sin(angle), radius * cos(angle))


_TO_WGS84 = {
    CoordSystem.WGS84: Position,
    CoordSystem.GCJ02: _from_gcj02,
    CoordSystem.BD09: _from_bd09,
}
