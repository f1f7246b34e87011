"""Looking at records twice: each beside what its worker did that day, and beside what its elder is used to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from api.domain import comparisons, flags
from api.domain.comparisons import Answers, Fix, Shown, Stop
from api.domain.contents import ticked
from api.domain.elders import Ability
from api.domain.flags import Flag
from api.domain.policy import Policy
from api.domain.positions import middle
from api.domain.visits import VisitRecord
from api.store import Registers
from api.store.proofs import answers_from, fixes_of
from api.store.subjects import Subject
from api.usecases.taken import Taken

_SHARE_OVER = timedelta(days=92)  # three months of signatures
_AROUND = 20  # stops before and after one, in order of time: further off nothing overlaps
_AT_THE_END = datetime.max.replace(tzinfo=UTC)
_CANNOT_SIGN = frozenset({Ability.SEVERE, Ability.TOTAL})


async def look_twice(registers: Registers, alive: Sequence[Taken], policy: Policy) -> None:
    """Add the flags that need more than the record; ``answers`` and ``by_proxy`` are kept with the row."""
    for each in alive:
        record, elder = _parts(each)
        each.answers = registers.proofs.answers(ticked(record), record.notes) if record.completed else None
        each.by_proxy = comparisons.signed_by_proxy(record, severely_impaired=elder.ability_level in _CANNOT_SIGN)
    found: defaultdict[int, list[Flag | None]] = defaultdict(list)
    for look in (_alone, _beside_the_round, _at_the_usual_place, _at_photos, _at_signatures):
        for each, flag in await look(registers, alive, policy):
            found[id(each)].append(flag)
    for each in alive:
        each.flags += tuple(flag for flag in found[id(each)] if flag is not None)


Looks = Iterable[tuple[Taken, Flag | None]]


async def _alone(registers: Registers, alive: Sequence[Taken], policy: Policy) -> Looks:
    looks: list[tuple[Taken, Flag | None]] = []
    for each in alive:
        record, _ = _parts(each)
        looks += [
            (each, flags.too_short(record, policy)),
            (each, flags.no_check_out(record)),
            (each, flags.manual_entry(record)),
        ]
        if each.force is not None:
            looks.append((each, flags.training_missing(bought=each.force.bought, trained=each.force.trained)))
    return looks


async def _beside_the_round(registers: Registers, alive: Sequence[Taken], policy: Policy) -> Looks:
    """Where the same worker was on that day, by what is stored and by what comes with it."""
    own = {each.id: _stop(each) for each in alive if each.id}
    rounds: defaultdict[tuple[UUID, date], list[Stop]] = defaultdict(list)
    for each in alive:
        rounds[_round(each)].append(own[_id(each)])
    for key, stored in (await registers.proofs.rounds(rounds.keys())).items():
        rounds[key] += [stop for stop in stored if stop.visit_id not in own]
    near = _near(own, rounds.values())
    fixes = await registers.proofs.fixes({each.visit_id for stop in own.values() for each in _next_to(stop, near, own)})
    baselines = await _baselines(registers, alive, own, near, policy)
    looks: list[tuple[Taken, Flag | None]] = []
    for each in alive:
        stop = own[_id(each)]
        others = [_placed(one, fixes) for one in near[stop.visit_id]]
        looks += [
            (each, comparisons.worker_in_two_places(stop, others, policy)),
            (each, comparisons.impossible_travel(stop, others, policy)),
            (each, comparisons.identical_records(stop, others, baselines.get(stop.visit_id), policy)),
        ]
    return looks


def _placed(stop: Stop, fixes: Mapping[UUID, tuple[Fix, ...]]) -> Stop:
    return replace(stop, fixes=fixes[stop.visit_id]) if stop.visit_id in fixes else stop


def _near(own: Mapping[UUID, Stop], rounds: Iterable[Sequence[Stop]]) -> Mapping[UUID, Sequence[Stop]]:
    """The stops around each of our own, in order of time; those of no known hour come last."""
    near: dict[UUID, Sequence[Stop]] = {}
    for stops in rounds:
        ordered = sorted(stops, key=lambda stop: (stop.started_at or _AT_THE_END, stop.visit_id))
        for place, stop in enumerate(ordered):
            if stop.visit_id in own:
                near[stop.visit_id] = ordered[max(0, place - _AROUND) : place] + ordered[place + 1 :][:_AROUND]
    return near


def _next_to(stop: Stop, near: Mapping[UUID, Sequence[Stop]], own: Mapping[UUID, Stop]) -> list[Stop]:
    """The stored stops just before and after one that a device placed."""
    began = stop.started_at
    if not stop.fixes or began is None:
        return []
    stored = [each for each in near[stop.visit_id] if each.visit_id not in own]
    before = [each for each in stored if each.started_at is not None and each.started_at <= began]
    after = [each for each in stored if each.started_at is not None and each.started_at > began]
    return before[-1:] + after[:1]


async def _baselines(
    registers: Registers,
    alive: Sequence[Taken],
    own: Mapping[UUID, Stop],
    near: Mapping[UUID, Sequence[Stop]],
    policy: Policy,
) -> Mapping[UUID, Answers]:
    """What was last said of the elders whose records are like several others; of nobody else it is asked."""
    alike = [
        each
        for each in alive
        if len(comparisons.says_alike(own[_id(each)], near[_id(each)])) >= policy.identical_records
    ]
    if not alike:
        return {}
    elders = {_parts(each)[1].id for each in alike}
    known = await registers.proofs.last_answers(elders, max(own[_id(each)].day for each in alike))
    found: dict[UUID, Answers] = {}
    for each in alike:
        earlier = [
            said.answers
            for said in known.get(_parts(each)[1].id, ())
            if said.day < own[_id(each)].day and said.visit_id != each.id
        ]
        if earlier:
            found[_id(each)] = earlier[0]
    return found


async def _at_the_usual_place(registers: Registers, alive: Sequence[Taken], policy: Policy) -> Looks:
    """Nobody files where elders live on a map: where they were met before is where they are."""
    placed = [
        each for each in alive if (record := _parts(each)[0]).check_in is not None and flags.meets_at_home(record)
    ]
    if not placed:
        return []
    elders = {_parts(each)[1].id for each in placed}
    known = await registers.proofs.met_at(elders, max(_parts(each)[0].day for each in placed))
    looks: list[tuple[Taken, Flag | None]] = []
    for each in placed:
        record, elder = _parts(each)
        before = [place for visit_id, place in known.get(elder.id, ()) if visit_id != each.id]
        usual = middle(before) if len(before) >= policy.usual_place_visits else None
        looks.append((each, flags.gps_far(record, usual, policy)))
    return looks


async def _at_photos(registers: Registers, alive: Sequence[Taken], policy: Policy) -> Looks:
    """The same photo at another visit, stored or in the same transaction."""
    shown: defaultdict[bytes, list[tuple[UUID, Shown]]] = defaultdict(list)
    with_photos = [each for each in alive if _parts(each)[0].photos]
    if not with_photos:
        return []
    digests = {digest for each in with_photos for digest in photos_of(each)}
    for digest, known in (await registers.proofs.shown(digests)).items():
        shown[digest] += known
    for each in with_photos:
        for digest in photos_of(each):
            shown[digest].append((_id(each), Shown(_parts(each)[1].house, _parts(each)[0].day)))
    looks = []
    for each in with_photos:
        record, elder = _parts(each)
        others = [where for digest in photos_of(each) for visit_id, where in shown[digest] if visit_id != each.id]
        looks.append((each, comparisons.photo_seen_before(elder.house, record.day, others)))
    return looks


async def _at_signatures(registers: Registers, alive: Sequence[Taken], policy: Policy) -> Looks:
    """How often somebody signed for the elders of a worker, where somebody did now."""
    by_proxy = [each for each in alive if each.by_proxy]
    if not by_proxy:
        return []
    workers, since = {each.worker.id for each in by_proxy}, registers.today - _SHARE_OVER
    stored = await registers.proofs.signed(workers, since, besides={_id(each) for each in alive})
    looks = []
    for each in by_proxy:
        now = [one.by_proxy for one in alive if one.worker.id == each.worker.id and one.by_proxy is not None]
        proxies, signed = stored.get(each.worker.id, (0, 0))
        flag = comparisons.proxy_share(each.by_proxy, proxies + sum(now), signed + len(now), policy)
        looks.append((each, flag))
    return looks


def photos_of(each: Taken) -> list[bytes]:
    """The digests of a record's photos."""
    return [bytes.fromhex(photo.sha256) for photo in _parts(each)[0].photos]


def _stop(each: Taken) -> Stop:
    record, elder = _parts(each)
    return Stop(
        visit_id=_id(each),
        house=elder.house,
        day=record.day,
        method=record.method,
        place=record.place,
        started_at=record.started_at,
        ended_at=record.ended_at,
        answers=answers_from(each.answers),
        fixes=fixes_of((record.check_in, record.check_out)),
    )


def _round(each: Taken) -> tuple[UUID, date]:
    return each.worker.id, _parts(each)[0].day


def _parts(each: Taken) -> tuple[VisitRecord, Subject]:
    assert each.record is not None
    assert each.subject is not None
    return each.record, each.subject


def _id(each: Taken) -> UUID:
    assert each.id is not None
    return each.id
