"""How a record names the elder and who came: one way of several, and only one."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from api.domain.errors import Fault
from api.domain.identity import is_short_no, parse_resident_id
from api.domain.providers import ForceKind


@dataclass(frozen=True, slots=True)
class ElderRef:
    """Who was visited, in the sender's words: one number, or village and name. Never echoed."""

    id: UUID | None = None
    short_no: str | None = None
    external_id: str | None = None
    resident_id: str | None = field(default=None, repr=False)
    village: str | None = None
    name: str | None = field(default=None, repr=False)
    hint: str | None = field(default=None, repr=False)

    @property
    def by_name(self) -> bool:
        return self.village is not None


@dataclass(frozen=True, slots=True)
class WorkerRef:
    """Who came: an id, the sender's own id, or name and kind."""

    id: UUID | None = None
    external_id: str | None = None
    name: str | None = field(default=None, repr=False)
    kind: ForceKind | None = None


def elder_faults(elder: ElderRef, today: date) -> Iterator[Fault]:
    ways = ("id", "short_no", "external_id", "resident_id", "village")
    given = [way for way in ways if getattr(elder, way) is not None]
    if len(given) != 1:
        code = "reference_ambiguous" if given else "reference_missing"
        yield Fault(code, "/elder", {"allowed": ", ".join(ways)})
    if elder.by_name and elder.name is None:
        yield Fault("field_missing", "/elder/name")
    if elder.short_no is not None and not is_short_no(elder.short_no):
        yield Fault("short_no_check", "/elder/short_no")
    if elder.resident_id is not None:
        number = parse_resident_id(elder.resident_id, today)
        if isinstance(number, Fault):
            yield replace(number, pointer="/elder/resident_id")


def worker_faults(worker: WorkerRef, pointer: str) -> Iterator[Fault]:
    given = [way for way in ("id", "external_id") if getattr(worker, way) is not None]
    if len(given) > 1 or not (given or worker.name):
        code = "reference_ambiguous" if given else "reference_missing"
        yield Fault(code, pointer, {"allowed": "id, external_id, name + kind"})
    elif not given and worker.kind is None:
        yield Fault("field_missing", f"{pointer}/kind")
