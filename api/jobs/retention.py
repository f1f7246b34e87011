"""Once a day: what was kept for a time only goes."""

from collections import Counter
from collections.abc import Mapping

from api.jobs import Workplace
from api.store.tables import Job

_A_TRANSACTION = 1000  # rows of each table; short, so that nobody waits for it


async def purge(service: Workplace, _: Job) -> Mapping[str, int]:
    """Delete in short transactions until nothing is past its time; the number of rows by table."""
    deleted: Counter[str] = Counter()
    while True:
        async with service.store.chores() as chores:
            counts = await chores.retention.purge(_A_TRANSACTION)
        deleted.update(counts)
        if not any(counts.values()):
            return deleted
