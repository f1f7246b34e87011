"""Backups and getting them back: one sealed file of one moment, filled into an empty database of either kind."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from api.domain.access import Actor
from api.store import Store, Trace
from api.store.crypto import Sealer
from api.store.sealed_files import Damaged, SealedReader, SealedWriter

Heard = Callable[[int, int | None], None]


class OtherSchema(Exception):
    """The backup was taken at another revision of the schema than this program's."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


async def back_up(store: Store, sealer: Sealer, file: BinaryIO, about: Mapping[str, Any], heard: Heard) -> int:
    """Write every row of this moment, while others go on writing; answers how many there were."""
    actor, trace = _whoever(str(about["district"]), "backup")
    done = 0
    async with store.whole(actor, trace, writes=False) as backups:
        total = await backups.size()
        with SealedWriter(file, sealer, about) as writer:
            async for line in backups.lines():
                writer.write(line)
                done += len(line) == 1 and isinstance(line[0], list)
                heard(done, total)
    return done


async def restore(store: Store, sealer: Sealer, file: BinaryIO, revision: str | None, heard: Heard) -> int:
    """Fill an empty database; all of it or nothing. Answers the number of rows.

    Raises Damaged, WrongKey, OtherSchema, and NotEmpty.
    """
    reader = SealedReader(file, sealer)
    if reader.about["revision"] != revision:
        raise OtherSchema(str(reader.about["revision"]))
    actor, trace = _whoever(str(reader.about["district"]), "restore")
    done = 0
    async with store.whole(actor, trace, writes=True) as backups:
        try:
            async for done in backups.fill(reader.lines()):
                heard(done, None)
        except (ValueError, KeyError) as error:
            raise Damaged from error
    return done


def look_through(sealer: Sealer, file: BinaryIO) -> tuple[Mapping[str, Any], Mapping[str, int]]:
    """What a file says of itself, and its rows by table, read to the end. Raises Damaged or WrongKey."""
    reader = SealedReader(file, sealer)
    last = deque(reader.lines(), maxlen=1)
    if not last or not isinstance(last[0][0], dict):
        raise Damaged
    return reader.about, last[0][0]


def _whoever(district: str, what: str) -> tuple[Actor, Trace]:
    return Actor.system(district, what), Trace(f"tanfang {what}", what, "command line")
