"""Days that the district has set."""

from datetime import date, timedelta
from itertools import count

from api.domain.working_days import DayKind
from tests.matrix.world import Caller, Thing, World

_days = count()


async def a_day_off(world: World, village: str, caller: Caller) -> Thing:
    day = date(2027, 1, 1) + timedelta(days=next(_days))
    async with world.registers() as registers:
        await registers.calendar.put(day, DayKind.FREE, "台风停工")
    return Thing(village, words={"day": day.isoformat()})
