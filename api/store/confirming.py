"""Columns of many files in one statement, each with its version entry: what a whole roll confirms at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, update

from api.store.desk import Desk
from api.store.dialect import chunked
from api.store.due_counts import Due, shift
from api.store.history import Change, History
from api.store.tables import Elder, table_of

_ELDERS = table_of(Elder)


async def change_many(desk: Desk, command: str, changes: Sequence[tuple[Elder, Mapping[str, Any]]]) -> None:
    """Write the same columns of many files; ``changes`` are locked files with what they become."""
    if not changes:
        return
    names = tuple(changes[0][1])
    statement = (
        update(_ELDERS)
        .where(_ELDERS.c.id == bindparam("k_id"))
        .values({name: bindparam(f"v_{name}") for name in (*names, "version", "updated_at")})
    )
    for part in chunked(changes):
        rows = [
            {
                "k_id": elder.id,
                "v_version": elder.version + 1,
                "v_updated_at": desk.now,
                **{f"v_{name}": columns[name] for name in names},
            }
            for elder, columns in part
        ]
        for elder, columns in part:
            before = Due(elder.village, elder.tier, elder.due_on, elder.away)
            shift(desk.due_shifts, before, replace(before, tier=columns.get("tier", elder.tier)))
        await desk.session.execute(statement, rows)
    await History(desk).record([_change(elder, command, columns) for elder, columns in changes])


def _change(elder: Elder, command: str, columns: Mapping[str, Any]) -> Change:
    differing = {
        name: (getattr(elder, name), value) for name, value in columns.items() if getattr(elder, name) != value
    }
    return Change("elder", elder.id, elder.village, elder.version + 1, command, differing)
