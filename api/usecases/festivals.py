"""The festivals of any year: their days from the lunar calendar, with what the district has set for them."""

from collections.abc import Iterable
from datetime import date, timedelta

from borax.calendars.lunardate import LunarDate, TermUtils

from api.domain.access import AreaCode
from api.domain.errors import DomainError
from api.domain.festivals import Festival, FestivalDay, FestivalSetting, FestivalWindow, group_of, window_of
from api.store import Registers

YEARS = range(2000, 2100)  # well inside what the lunar tables cover
_DISTRICT = 6
_LUNAR = {  # month and day
    Festival.SPRING_FESTIVAL: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
}
_SOLAR_TERMS = {Festival.QINGMING: "清明", Festival.WINTER_SOLSTICE: "冬至"}


def day_of(festival: Festival, year: int) -> date:
    """除夕 is the day before 正月初一, whichever day of the twelfth month that is."""
    if festival is Festival.NEW_YEARS_EVE:
        return day_of(Festival.SPRING_FESTIVAL, year) - timedelta(days=1)
    if festival in _SOLAR_TERMS:
        term: date = TermUtils.day_start_from_term(year, _SOLAR_TERMS[festival])
        return term
    return LunarDate(year, *_LUNAR[festival]).to_solar_date()


async def festivals_of(registers: Registers, year: int, which: Iterable[Festival] = Festival) -> list[FestivalDay]:
    """Festivals of a year as the actor's district keeps them, in order of their days."""
    settings = await registers.festivals.settings(_district(registers), year)
    found = (FestivalDay(each, day_of(each, year), settings.get(each, FestivalSetting())) for each in which)
    return sorted(found, key=lambda each: each.on)


async def set_festival(registers: Registers, year: int, festival: Festival, setting: FestivalSetting) -> FestivalDay:
    """How far a festival's window reaches, whom it is for, whether the district keeps it at all."""
    await registers.festivals.set(_district(registers), year, festival, setting)
    return FestivalDay(festival, day_of(festival, year), setting)


async def festival_window(registers: Registers, festival: Festival, year: int) -> FestivalWindow:
    """The days of extra visits of a festival. Raises DomainError ``festival_not_kept`` when it is switched off."""
    window = window_of(await festivals_of(registers, year, group_of(festival)))
    if window is None:
        raise DomainError("festival_not_kept")
    return window


def _district(registers: Registers) -> AreaCode:
    return AreaCode(registers.actor.areas[0][:_DISTRICT])
