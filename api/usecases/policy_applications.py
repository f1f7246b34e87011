"""Telling elders of benefits and helping them to apply (plan 四(三)二是: 告知其依法申请, 必要协助; rule R42)."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from api.domain.errors import Fault
from api.domain.policy_applications import LIFE, ApplicationCommand, ApplicationState
from api.schemas.etags import etag_of
from api.schemas.late import Late
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


async def assist(registers: Registers, row: Any, body: Late[HelpIn]) -> Any:
    """Something was done to help; it may be done more than once."""
    state = _after(ApplicationCommand.HELP, row)
    form = body.parsed()
    helped_on = _reached(registers, row, form.on)
    return await registers.policy_applications.change(
        row, "help", details={"help_given": form.help_given}, state=state, helped_on=helped_on
    )


async def apply(registers: Registers, row: Any, body: Late[ApplyIn]) -> Any:
    """The application was handed in."""
    state = _after(ApplicationCommand.APPLY, row)
    form = body.parsed()
    applied_on = _reached(registers, row, form.on)
    return await registers.policy_applications.change(
        row, "apply", details={"note": form.note}, state=state, applied_on=applied_on
    )


async def decide(registers: Registers, row: Any, body: Late[DecideIn]) -> Any:
    """What the office has said."""
    _after(ApplicationCommand.GRANT, row)  # or refuse: from the same states
    form = body.parsed()
    decided_on = _reached(registers, row, form.on)
    command = form.decision.command
    return await registers.policy_applications.change(
        row, command.value, details={"note": form.note}, state=_after(command, row), decided_on=decided_on
    )


async def cancel(registers: Registers, row: Any, body: Late[ApplicationCancelIn]) -> Any:
    """The elder does not apply after all."""
    state = _after(ApplicationCommand.CANCEL, row)
    details = {"note": body.parsed().reason}
    return await registers.policy_applications.change(row, "cancel", details=details, state=state)


def _after(command: ApplicationCommand, row: Any) -> str:
    return LIFE.after(command, ApplicationState(row.state)).value


def _reached(registers: Registers, row: Any, on: date | None) -> date:
    """The day of the next step, today unless said. Raises Refused for one to come, or before the last step."""
    day = on or registers.today
    refuse(_day_faults(day, max(filter(None, (row.informed_on, row.helped_on, row.applied_on))), registers.today))
    return day


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
