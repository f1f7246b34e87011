"""Naming people, and finding them at home, in one line."""

from datetime import date
from itertools import count
from typing import Any

from tests.builders import VILLAGE
from tests.duty.office import Office
from tests.elders.forms import an_id_number

_days = count()

HAZARD: dict[str, Any] = {"kind": "gas", "text": "软管老化开裂", "reminded": True, "reminded_to": "本人"}
NEED: dict[str, Any] = {"kind": "daily_care", "text": "想要助餐"}


def a_number() -> str:
    """Of somebody past seventy whom nobody has named before."""
    return an_id_number(date.fromordinal(date(1948, 1, 1).toordinal() + next(_days)), 996)


def a_lead(**said: Any) -> dict[str, Any]:
    """Somebody in the liaison's village; ``None`` leaves something out."""
    lead = {"source": "grid_worker", "village": VILLAGE, "name": "郑阿婆", "place_text": "后埔旧祠堂旁", **said}
    return {name: value for name, value in lead.items() if value is not None}


def at_home(**said: Any) -> dict[str, Any]:
    """What is found at the door of somebody who lives alone."""
    elder = {"resident_id": a_number(), "categories": ["living_alone"], **said.pop("elder", {})}
    return {"elder": elder, **said}


async def named(office: Office, **said: Any) -> dict[str, Any]:
    """The lead that the liaison's word makes."""
    return await office.does(office.liaison, "/v1/leads", **a_lead(**said))


async def told(office: Office, lead: dict[str, Any], command: str, **body: Any) -> dict[str, Any]:
    """What the instructor's command on a lead answers; it must succeed."""
    return await office.does(office.instructor, f"/v1/leads/{lead['id']}/{command}", **body)
