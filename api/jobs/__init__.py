"""Work that outlives its request: kinds of jobs by name, each in its own file.

A handler may be called more than once for one job, also after it had finished: it leaves the same behind
each time. What it answers becomes the job's result; what it raises, a further attempt.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from api.settings import Settings
from api.store import Store
from api.store.tables import Job
from api.usecases.intake import Intake


class Workplace(Protocol):
    """What a handler works with: the running service."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def intake(self) -> Intake: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


Handler = Callable[[Workplace, Job], Awaitable[Mapping[str, Any]]]
