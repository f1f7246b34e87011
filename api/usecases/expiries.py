"""Certificates and assessments that come to their end are tasks, opened ahead (rule A24): the tier stays.

Run daily for a district; a second run of the same day changes nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from api.domain.open_items import EXPIRY_NOTICE_DAYS, DutyTask, expiries
from api.domain.policy import PolicyBook
from api.store import Registers
from api.store.tasks import NewTask

_KINDS = (DutyTask.RENEW_CERTIFICATE, DutyTask.REASSESS_ABILITY)


async def announce_expiries(registers: Registers, today: date) -> int:
    """Open a task for what ends within two months, and for what has ended; the number of new ones.

    A task whose paper was renewed since is done.
    """
    papers = await registers.reviews.papers()
    books = await registers.places.books_for({paper.village for paper in papers})
    tasks = {
        (task.elder_id, task.kind, task.key): task
        for paper in papers
        for task in _tasks(paper, books[paper.village], today)
    }
    for known in await registers.tasks.open_of_kinds(_KINDS):
        if known not in tasks:
            await registers.tasks.settle(*known)
    until = today + timedelta(days=EXPIRY_NOTICE_DAYS)
    return len(await registers.tasks.open([task for task in tasks.values() if task.due_on <= until]))


def _tasks(paper: Any, book: PolicyBook, today: date) -> Iterator[NewTask]:
    for item in expiries(paper.certificate_ends_on, paper.assessed_on, book.on(today)):
        yield NewTask(paper.id, paper.village, item.kind.value, item.due_on.isoformat(), today, item.due_on)
