"""A case as a table: who opened it when and with what, and who did what about it how much later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api.demo.office import Office
from api.demo.people import MadeUp
from api.demo.stories import Story


@dataclass(frozen=True, slots=True)
class Step:
    """``who``: a username; ``command``: the last part of the case's path."""

    after: timedelta
    who: str
    command: str
    body: dict[str, Any] = field(default_factory=dict)


def minutes(number: int, who: str, command: str, **body: Any) -> Step:
    return Step(timedelta(minutes=number), who, command, body)


def days(number: int, who: str, command: str, **body: Any) -> Step:
    return Step(timedelta(days=number), who, command, body)


async def case(
    office: Office,
    path: str,
    began: datetime,
    who: str,
    about: MadeUp | None,
    opened: dict[str, Any],
    steps: Sequence[Step] = (),
) -> Story:
    """Somebody opens a case, ``about`` an elder or nobody; then follows every step."""
    yield began
    whose = {"elder_id": await office.id_of(about)} if about else {}
    found = await office.post(who, path, **whose, **opened)
    for step in steps:
        yield began + step.after
        await office.post(step.who, f"{path}/{found['id']}/{step.command}", **step.body)
