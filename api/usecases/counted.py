"""Who stands behind a figure, as far as the reader may know.

A month is counted where the elder lived then (A34), so that a list may hold people who live elsewhere now:
of them only id, short number and tier are shown, and the number comes from outside the reader's area.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from api.domain.access import Actor, AreaCode
from api.schemas.figures import CountedElderOut
from api.store import Registers, Store, Trace

_DISTRICT = 6


class Faces:
    """The elders of one page of a list."""

    def __init__(self, shown: dict[UUID, CountedElderOut], hidden: dict[UUID, AreaCode]) -> None:
        self._shown = shown
        self._hidden = hidden

    @classmethod
    async def of(cls, registers: Registers, counted: Iterable[tuple[UUID, str]]) -> "Faces":
        """``counted``: elder and the village that counts the elder. The audit entry names every id."""
        places = dict(counted)
        registers.trace.saw(places)
        gazetteer = await registers.places.gazetteer()
        shown = {
            elder.id: CountedElderOut(
                id=elder.id,
                short_no=elder.short_no,
                name=elder.name,
                village=elder.village,
                village_name=gazetteer.name_of(elder.village),
                former_resident=False,
            )
            for elder in await registers.elders.many(places)
        }
        hidden = {
            elder_id: AreaCode(village[:_DISTRICT]) for elder_id, village in places.items() if elder_id not in shown
        }
        return cls(shown, hidden)

    async def complete(self, store: Store, trace: Trace) -> dict[UUID, CountedElderOut]:
        """Every elder of the page; asked after the reader's own door has closed."""
        for district in sorted(set(self._hidden.values())):
            ids = [elder_id for elder_id, area in self._hidden.items() if area == district]
            self._shown |= {each.id: each for each in await _former_residents(store, district, ids, trace)}
        return self._shown


async def _former_residents(
    store: Store, district: AreaCode, ids: Sequence[UUID], trace: Trace
) -> list[CountedElderOut]:
    actor = Actor.system(district, "short numbers of former residents")
    own = Trace(operation=trace.operation, request_id=trace.request_id, source=trace.source)
    own.saw(ids)
    async with store.opened(actor, own, writes=False) as registers:
        short_nos = await registers.rates.short_nos(ids)
    return [
        CountedElderOut(
            id=elder_id, short_no=short_no, name=None, village=None, village_name=None, former_resident=True
        )
        for elder_id, short_no in short_nos.items()
    ]
