"""What a district has before anybody signs in: its divisions."""

from importlib.resources import files

from api.domain.access import Actor
from api.domain.divisions import read_divisions
from api.store import Store, Trace


async def found(store: Store, district: str) -> int:
    """Add the divisions the package knows and the database does not; the number added."""
    text = (files("api.store") / "divisions_350303.csv").read_text(encoding="utf-8")
    known = [division for division in read_divisions(text.splitlines()) if division.code.startswith(district)]
    trace = Trace(operation="found", request_id="start", source="local")
    actor = Actor.system(district, "divisions of the district")
    async with store.opened(actor, trace, writes=False) as registers:
        gazetteer = await registers.places.gazetteer()
    missing = [division for division in known if gazetteer.by_code(division.code) is None]
    if not missing:
        return 0
    async with store.opened(actor, trace, writes=True) as registers:
        return await registers.places.add(missing)
