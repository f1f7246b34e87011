"""Telling elders of benefits and helping them to apply (plan 四(三)二是: 告知其依法申请, 必要协助; rule R42)."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.domain.policy_applications import LIFE, ApplicationCommand, ApplicationState
from api.schemas.etags import etag_of
from api.schemas.policy_applications import (
    ApplicationCancelIn,
    ApplicationLineOut,
    ApplicationOut,
    ApplyIn,
    DecideIn,
    HelpIn,
    SignpostIn,
)
from api.store import Registers
from api.usecases.needs import elder_to_help
from api.usecases.standing import refuse


async def signpost(registers: Registers, form: SignpostIn) -> UUID:
    """An elder was told of a benefit. Raises Refused for a day to come."""
    elder = await elder_to_help(registers, form.elder_id)
    on = form.on or registers.today
    refuse(_day_faults(on, None, registers.today))
    new = {
        "elder_id": elder.id,
        "village": elder.village,
        "benefit": form.benefit,
        "state": ApplicationState.SIGNPOSTED,
        "informed_on": on,
        "informed_by": registers.actor.id,
        "created_at": registers.now,
        "sealed": {"note": form.note},
    }
    [application_id] = await registers.policy_applications.add([new])
    return application_id


async def assist(registers: Registers, row: Any, form: HelpIn) -> Any:
    """Something was done to help; it may be done more than once."""
    told = {"help_given": form.help_given}
    return await _step(registers, row, ApplicationCommand.HELP, "helped_on", form.on, told)


async def apply(registers: Registers, row: Any, form: ApplyIn) -> Any:
    """The application was handed in."""
    return await _step(registers, row, ApplicationCommand.APPLY, "applied_on", form.on, {"note": form.note})


async def decide(registers: Registers, row: Any, form: DecideIn) -> Any:
    """What the office has said."""
    return await _step(registers, row, form.decision.command, "decided_on", form.on, {"note": form.note})


async def cancel(registers: Registers, row: Any, form: ApplicationCancelIn) -> Any:
    """The elder does not apply after all."""
    state = LIFE.after(ApplicationCommand.CANCEL, ApplicationState(row.state))
    details = {"note": form.reason}
    return await registers.policy_applications.change(row, "cancel", details=details, state=state.value)


async def _step(
    registers: Registers, row: Any, command: ApplicationCommand, day: str, on: date | None, told: dict[str, Any]
) -> Any:
    state = LIFE.after(command, ApplicationState(row.state))
    reached = on or registers.today
    before = max(filter(None, (row.informed_on, row.helped_on, row.applied_on)))
    refuse(_day_faults(reached, before, registers.today))
    columns: dict[str, Any] = {day: reached, "state": state.value}
    return await registers.policy_applications.change(row, command.value, details=told, **columns)


def _day_faults(on: date, before: date | None, today: date) -> Iterator[Fault]:
    if on > today:
        yield Fault("day_in_future", "/on")
    if before is not None and on < before:
        yield Fault("dates_out_of_order", "/on")


def application_line(row: Any) -> ApplicationLineOut:
    return ApplicationLineOut(**_open_fields(row))


def application_out(registers: Registers, row: Any) -> ApplicationOut:
    told = registers.policy_applications.details(row)
    return ApplicationOut(**_open_fields(row), help_given=told.get("help_given"), note=told.get("note"))


def _open_fields(row: Any) -> dict[str, Any]:
    names = ApplicationLineOut.model_fields.keys() - {"etag"}
    return {**{name: getattr(row, name) for name in names}, "etag": etag_of(row.version)}
