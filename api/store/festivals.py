"""What districts have set for the festivals of a year; whatever nobody set is as it comes."""

from typing import Any

from sqlalchemy import select

from api.domain.access import AreaCode
from api.domain.festivals import Festival, FestivalSetting
from api.domain.policy import Tier
from api.store.desk import Desk
from api.store.dialect import insert_into
from api.store.tables import FestivalSettingRow, table_of

_SETTINGS = table_of(FestivalSettingRow)


class Festivals:
    """Reference data of a district, read by everybody who works in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def settings(self, district: AreaCode, year: int) -> dict[Festival, FestivalSetting]:
        """The festivals of the year for which the district has set something."""
        query = select(_SETTINGS).where(_SETTINGS.c.village == district, _SETTINGS.c.year == year)
        rows = await self._desk.session.execute(query)
        return {
            Festival(row.festival): FestivalSetting(
                row.days_before, row.days_after, row.active, frozenset(map(Tier, row.tiers))
            )
            for row in rows
        }

    async def set(self, district: AreaCode, year: int, festival: Festival, setting: FestivalSetting) -> None:
        """Keep what the district says of a festival; the word before is replaced."""
        values: dict[str, Any] = {
            "days_before": setting.days_before,
            "days_after": setting.days_after,
            "active": setting.active,
            "tiers": sorted(setting.tiers),
            "updated_at": self._desk.now,
            "updated_by": self._desk.actor.id,
        }
        await self._desk.session.execute(
            insert_into(self._desk.session, _SETTINGS)
            .values(village=district, year=year, festival=festival.value, **values)
            .on_conflict_do_update(index_elements=["village", "year", "festival"], set_=values)
        )
        self._desk.trace.object_ids[f"{festival.value}:{year}"] = None
