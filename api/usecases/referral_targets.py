"""Keeping the directory of bodies to which elders may be referred."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from api.domain.divisions import Gazetteer
from api.domain.errors import Fault
from api.domain.referrals import ReferralKind
from api.schemas.base import read
from api.schemas.etags import etag_of
from api.schemas.merge_patch import merged
from api.schemas.referral_targets import ReferralTargetIn, ReferralTargetOut
from api.store import Registers
from api.usecases.standing import refuse

_COLUMNS = ("area", "kind", "name", "active_from", "active_to", "provider_id")


async def add_target(registers: Registers, form: ReferralTargetIn) -> UUID:
    """One more body. Raises NotFound for an area out of reach, Refused for days and areas that cannot be."""
    await _check(registers, form)
    return await registers.referral_targets.add(_values(form), form.serves)


async def correct_target(registers: Registers, row: Any, patch: Mapping[str, Any]) -> None:
    """The body with ``patch`` merged into what is known; what was referred to it stays as it is."""
    serves = (await registers.referral_targets.services_of([row.id]))[row.id]
    known = target_out(row, serves).model_dump(mode="json", exclude={"id", "etag"}, exclude_none=True)
    form = read(ReferralTargetIn, merged(known, patch))
    await _check(registers, form)
    await registers.referral_targets.change(row, _values(form), form.serves)


def target_out(row: Any, serves: list[ReferralKind]) -> ReferralTargetOut:
    shown = {name: getattr(row, name) for name in ("id", *_COLUMNS)}
    return ReferralTargetOut(**shown, serves=serves, etag=etag_of(row.version))


async def _check(registers: Registers, form: ReferralTargetIn) -> None:
    forces = await registers.providers.many([form.provider_id] if form.provider_id else [])
    refuse(_faults(form, await registers.places.gazetteer(), forces))
    registers.actor.narrowed(form.area)


def _faults(form: ReferralTargetIn, known: Gazetteer, forces: Collection[UUID]) -> Iterator[Fault]:
    if form.provider_id is not None and form.provider_id not in forces:
        yield Fault("provider_unknown", "/provider_id")
    if form.area not in known:
        yield Fault("division_unknown", "/area")
    if form.active_to is not None and form.active_to < form.active_from:
        yield Fault("dates_out_of_order", "/active_to")


def _values(form: ReferralTargetIn) -> dict[str, Any]:
    return {name: getattr(form, name) for name in _COLUMNS}
