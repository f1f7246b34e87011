"""How the demo's past is made up: in the order of time, and the same for the same day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from api.demo.cast import Cast
from api.demo.months import Rounds, unsafe_homes
from api.demo.people import MadeUp, made_up
from api.demo.stories import Story, tell
from api.domain.divisions import Division, Level
from api.domain.identity import ResidentId, parse_resident_id
from api.domain.months import Month

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 3)
OCTOBER = Month(2026, 10)


def some_elders(count: int = 60) -> list[MadeUp]:
    township = Division("350303104", Level.TOWNSHIP, "江口镇", "江口", "镇", "350303")
    villages = [
        Division(f"35030310420{number}", Level.VILLAGE, f"{name}村委会", name, "村委会", township.code)
        for number, name in enumerate(("苍然", "后埔"), 1)
    ]
    return list(made_up([(township, village) for village in villages], count, TODAY, Random("people")))


async def a_story(told: list[str], name: str, hours: Sequence[int]) -> Story:
    for hour in hours:
        yield NOON + timedelta(hours=hour)
        told.append(f"{name} {hour}")


async def test_stories_take_turns_by_the_clock() -> None:
    told: list[str] = []
    reached: list[datetime] = []
    stories = [a_story(told, "one", (1, 4)), a_story(told, "two", (2, 3)), a_story(told, "three", ())]
    await tell(stories, NOON + timedelta(days=1), reached.append)
    assert told == ["one 1", "two 2", "two 3", "one 4"]
    assert reached == sorted(reached)


async def test_what_lies_ahead_has_not_happened() -> None:
    told: list[str] = []
    await tell([a_story(told, "one", (1, 30))], NOON + timedelta(hours=1), lambda _: None)
    assert told == ["one 1"]


def test_the_same_people_are_made_up_every_time() -> None:
    assert some_elders() == some_elders()


def test_nobody_has_a_number_that_somebody_could_have() -> None:
    numbers = [parse_resident_id(elder.number, TODAY) for elder in some_elders()]
    assert all(isinstance(number, ResidentId) for number in numbers)
    assert all(elder.number[14:16] == "99" for elder in some_elders())


def test_the_same_visits_are_written_down_every_time() -> None:
    elders = some_elders()

    def once() -> list[object]:
        unsafe = unsafe_homes(elders, OCTOBER.first, TODAY, Random("unsafe"))
        return list(Rounds(elders, unsafe, {}, Random("rounds")).records(OCTOBER, TODAY))

    assert once() == once()


def test_nobody_is_visited_while_away() -> None:
    elders = some_elders()
    away = {elder.number: [(OCTOBER.first, OCTOBER.last)] for elder in elders[:30]}
    records = list(Rounds(elders, {}, away, Random("rounds")).records(OCTOBER, TODAY))
    assert {record.row[2] for record in records}.isdisjoint(away)


def test_every_elder_plays_one_part_at_most() -> None:
    cast = Cast(some_elders(20), Random("cast"))
    played = [cast.one_of("350303104201") for _ in range(5)]
    assert len({elder.number for elder in played}) == 5
    assert {elder.village.code for elder in played} == {"350303104201"}
    with pytest.raises(LookupError):
        cast.one_of("350303105")
