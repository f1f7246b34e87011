"""What makes one look at a record twice, by what other records say: of the same worker, or with the same photo.

A household is one place and one visit to it: two records of one house at one hour, or one photo of one day
there, are honest work. So are two elders met at one canteen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from api.domain.flags import Flag, FlagCode
from api.domain.policy import Method, Place, Policy
from api.domain.positions import Position, metres_between
from api.domain.proof import SignatureKind
from api.domain.visits import VisitRecord


@dataclass(frozen=True, slots=True)
class Answers:
    """Digests of what was ticked and of what was written; ``notes`` is None where nothing was."""

    boxes: bytes
    notes: bytes | None


@dataclass(frozen=True, slots=True)
class Fix:
    """Somebody was at a place at an instant; ``doubt``: metres, as the device said."""

    at: datetime
    place: Position
    doubt: float


@dataclass(frozen=True, slots=True)
class Stop:
    """A record as one stop of a worker's round. ``house``: one for all who share a household.

    ``fixes``: where a device put the worker, if any did.
    """

    visit_id: UUID
    house: UUID
    day: date
    method: Method
    place: Place
    started_at: datetime | None
    ended_at: datetime | None
    answers: Answers | None = None
    fixes: tuple[Fix, ...] = ()


def worker_in_two_places(stop: Stop, others: Iterable[Stop], policy: Policy) -> Flag | None:
    """The same worker at two houses at once, for longer than people are out when they note a time."""
    least = timedelta(minutes=policy.overlap_minutes)
    for other in others:
        if _elsewhere(stop, other) and _overlap(stop, other, policy) > least:
            return Flag(FlagCode.WORKER_IN_TWO_PLACES)
    return None


def impossible_travel(stop: Stop, others: Iterable[Stop], policy: Policy) -> Flag | None:
    """From one check to the worker's next faster than ``travel_kmh``; near places and devices' doubts aside."""
    if stop.method is not Method.HOME or stop.started_at is None:
        return None
    apart = [
        (one, another)
        for other in others
        if other.method is Method.HOME and other.house != stop.house
        for one in stop.fixes
        for another in other.fixes
    ]
    return Flag(FlagCode.IMPOSSIBLE_TRAVEL) if any(_too_fast(*each, policy) for each in apart) else None


@dataclass(frozen=True, slots=True)
class Shown:
    """Where else a photo was shown."""

    house: UUID
    day: date


def photo_seen_before(house: UUID, day: date, shown: Iterable[Shown]) -> Flag | None:
    """A photo that belongs to a visit of another house, or of another day."""
    known = any(each.house != house or each.day != day for each in shown)
    return Flag(FlagCode.PHOTO_SEEN_BEFORE) if known else None


def identical_records(stop: Stop, others: Sequence[Stop], baseline: Answers | None, policy: Policy) -> Flag | None:
    """The same answers in several houses on one day, although the elder's own last record said something else.

    Beyond that the notes are the same too, or the visits follow each other at the same distance to the second.
    Nothing is said of elders about whom everything was said before: most of them are as they were.
    """
    alike = says_alike(stop, others)
    if stop.answers is None or stop.answers == baseline or len(alike) < policy.identical_records:
        return None
    same_notes = [each for each in alike if each.answers is not None and each.answers.notes == stop.answers.notes]
    noted = stop.answers.notes is not None and len(same_notes) >= policy.identical_records
    if not noted and not _evenly_spaced([stop, *alike]):
        return None
    return Flag(FlagCode.IDENTICAL_RECORDS, {"records": len(alike)})


def says_alike(stop: Stop, others: Sequence[Stop]) -> list[Stop]:
    """One record of each other house that ticks the same on the same day."""
    if stop.answers is None:
        return []
    houses = {
        each.house: each
        for each in others
        if each.house != stop.house
        and each.day == stop.day
        and each.answers is not None
        and each.answers.boxes == stop.answers.boxes
    }
    return list(houses.values())


def signed_by_proxy(record: VisitRecord, *, severely_impaired: bool) -> bool | None:
    """Whether somebody signed for the elder; None where nobody need sign, or the elder cannot."""
    if record.elder_signature is None or not record.completed or record.method is not Method.HOME or severely_impaired:
        return None
    return record.elder_signature.kind is SignatureKind.PROXY


def proxy_share(by_proxy: bool | None, proxies: int, signed: int, policy: Policy) -> Flag | None:
    """Signed for the elder, by a worker who has that done often: ``proxies`` of ``signed``, this one included."""
    if not by_proxy or signed < policy.proxy_share_visits or proxies * 100 <= signed * policy.proxy_share_percent:
        return None
    return Flag(FlagCode.PROXY_SHARE, {"percent": proxies * 100 // signed})


_OWN_PLACES = frozenset({Place.HOME, Place.RELATIVE_HOME})


def _elsewhere(one: Stop, other: Stop) -> bool:
    """Two houses that nobody can be in at once; at a canteen or a hospital many elders are met."""
    if Method.HOME is not one.method or Method.HOME is not other.method or one.house == other.house:
        return False
    return one.place in _OWN_PLACES or one.place is not other.place


def _overlap(one: Stop, other: Stop, policy: Policy) -> timedelta:
    if one.started_at is None or other.started_at is None:
        return timedelta(0)
    return min(_end(one, policy), _end(other, policy)) - max(one.started_at, other.started_at)


def _end(stop: Stop, policy: Policy) -> datetime:
    assert stop.started_at is not None
    return stop.ended_at or stop.started_at + timedelta(minutes=policy.short_visit_minutes)


def _too_fast(one: Fix, other: Fix, policy: Policy) -> bool:
    metres = metres_between(one.place, other.place) - one.doubt - other.doubt
    hours = abs((one.at - other.at).total_seconds()) / 3600
    return metres > policy.far_from_home_metres and metres / 1000 > policy.travel_kmh * hours


def _evenly_spaced(stops: Sequence[Stop]) -> bool:
    """Three visits or more that begin at one distance and last equally long."""
    starts = sorted(each.started_at for each in stops if each.started_at is not None)
    lengths = {each.ended_at - each.started_at for each in stops if each.started_at and each.ended_at}
    gaps = {later - earlier for earlier, later in pairwise(starts)}
    return len(starts) == len(stops) > 2 and len(gaps) == 1 and timedelta(0) not in gaps and len(lengths) <= 1
