"""Elders of a village, enrolled and confirmed many at a time and handed out one by one."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.deps import Service
from api.schemas.base import parsed
from api.schemas.contracts import ContractIn
from api.schemas.elders import EnrolIn
from api.schemas.late import Late
from api.schemas.providers import ProviderIn
from api.store import Registers
from api.store.elders import Draft
from api.store.tables import Worker, table_of
from api.usecases.contracts import sign_contract
from api.usecases.elder_files import FileContent, FormReader
from api.usecases.providers import register_provider
from api.usecases.rolls import RollDecision, confirm_many
from api.usecases.standing import rejudge_many_from
from tests.builders import VILLAGE
from tests.elders.forms import a_form, an_id_number
from tests.populations import as_system

FILED_ON = date(2026, 9, 5)
PHONE = "13850330001"  # of those who are there first, whom a search is to find

_FIRST, _LATER = 4, 25
_numbers = count(1)

Form = Mapping[str, Any]


def a_form_of(village: str, **said: Any) -> dict[str, Any]:
    """Of somebody whose name and birthday nobody shares, who is past 60 and not yet 80."""
    number = next(_numbers)
    form = a_form(
        name=f"试{chr(0x4E00 + number)}人",
        resident_id=an_id_number(date(1950, 1, 1) + timedelta(days=number), 998),
        residence={"village": village, "detail": "后埔12号"},
        filed_on=FILED_ON.isoformat(),
    )
    return {**form, **said}


@dataclass(frozen=True, slots=True)
class Force:
    """The provider under a contract for VILLAGE, and the worker who is sent to everybody there."""

    provider_id: UUID
    worker_id: UUID


@dataclass
class Roll:
    """Whom nothing has happened to yet, by village: on the roll, or drafts."""

    service: Service
    force: Force = field(init=False)
    _waiting: dict[tuple[str, bool], deque[tuple[UUID, Form]]] = field(default_factory=lambda: defaultdict(deque))
    _begun: set[tuple[str, bool]] = field(default_factory=set)

    async def next(self, village: str, *, confirmed: bool) -> tuple[UUID, Form]:
        """Somebody of the village, and the form that made the file."""
        key = (village, confirmed)
        if not self._waiting[key]:
            self._waiting[key] += await self._taken_in(village, confirmed, first=key not in self._begun)
            self._begun.add(key)
        return self._waiting[key].popleft()

    async def found_force(self) -> None:
        """The provider, its contract and its worker."""
        said = {**example_of(ProviderIn), "area": VILLAGE, "name": "矩阵服务中心"}
        bought = {**example_of(ContractIn), "areas": [VILLAGE], "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
        async with as_system(self.service) as registers:
            provider_id = await register_provider(registers, ProviderIn.model_validate(said))
            provider = await registers.providers.locked(provider_id)
            await sign_contract(registers, provider, Late(ContractIn, {**bought, "services": []}))
            worker_id = registers.desk.new_id()
            await registers.desk.session.execute(
                insert(table_of(Worker)).values(
                    id=worker_id,
                    source=f"provider:{provider_id}",
                    provider_id=provider_id,
                    name="林水妹",
                    kind="care_worker",
                    status="active",
                    created_at=registers.now,
                )
            )
        self.force = Force(provider_id, worker_id)

    async def _send_to(self, registers: Registers, elder_ids: Iterable[UUID]) -> None:
        """The worker, since they were filed."""
        rows = [
            {
                **asdict(self.force),
                "elder_id": elder_id,
                "village": VILLAGE,
                "state": "running",
                "starts_on": FILED_ON,
                "created_at": registers.now,
            }
            for elder_id in elder_ids
        ]
        await registers.assignments.add(rows)

    async def _taken_in(self, village: str, confirmed: bool, first: bool) -> list[tuple[UUID, Form]]:
        phones = {"phones": [{"number": PHONE}]} if first else {}
        forms = [a_form_of(village, **phones) for _ in range(_FIRST if first else _LATER)]
        async with as_system(self.service) as registers:
            reader = await FormReader.opened(registers)
            drafts = [await _draft(registers, reader, form) for form in forms]
            await registers.elders.enrol_many(drafts)
            if confirmed:
                decisions = {draft.id: RollDecision(FILED_ON) for draft in drafts}
                await confirm_many(registers, list(decisions), decisions)
            else:
                await rejudge_many_from(registers, [(draft.id, village, FILED_ON) for draft in drafts])
            if village == VILLAGE:
                await self._send_to(registers, [draft.id for draft in drafts])
        return [(draft.id, form) for draft, form in zip(drafts, forms, strict=True)]


async def _draft(registers: Registers, reader: FormReader, form: Form) -> Draft:
    read = parsed(EnrolIn, dict(form))
    assert isinstance(read, EnrolIn), read
    content = await reader.read(read)
    assert isinstance(content, FileContent), content
    columns = {**content.columns, **content.judged}
    return Draft(id=registers.desk.new_id(), columns=columns, details=content.details)


def example_of(model: Any) -> dict[str, Any]:
    """The body that the document shows."""
    return dict(model.model_config["json_schema_extra"]["examples"][0])
