"""The weather warnings that were heard of, each under the name its feed gives it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from api.store.cases import Cases
from api.store.dialect import one_at_a_time
from api.store.surges import touches
from api.store.tables import WeatherSignal, table_of

_SIGNALS = table_of(WeatherSignal)


class Signals(Cases):
    """``visible``: whatever was told for the actor's areas, or for an area around them."""

    model = WeatherSignal
    noun = "weather_signal"

    @property
    def visible(self) -> Select[Any]:
        return select(_SIGNALS).where(touches(_SIGNALS.c.village, self._desk.areas))

    async def listed(self, area: str | None, *, after: UUID | None, size: int) -> list[Any]:
        """At most ``size`` rows in order of id. Raises NotFound for an area that is not the actor's."""
        query = self.visible.where(touches(_SIGNALS.c.village, self._desk.actor.narrowed(area)))
        if after is not None:
            query = query.where(_SIGNALS.c.id > after)
        return list(await self._session.execute(query.order_by(_SIGNALS.c.id).limit(size)))

    async def named(self, village: str, external_id: str) -> Any | None:
        """The warning of this name for this area, if it was heard of; nobody else may tell of it meanwhile."""
        name = f"weather_signals|{village}|{external_id}"
        await one_at_a_time(self._session, self._desk.sealer.index("weather_signals", name))
        query = select(_SIGNALS).where(_SIGNALS.c.village == village, _SIGNALS.c.external_id == external_id)
        return (await self._session.execute(query)).one_or_none()
