"""Erasing what is known of an elder (删除个人信息)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from api.deps import IfMatch, MyRegisters, check_version, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems
from api.schemas.erasures import ErasedOut, EraseIn
from api.usecases.erasures import erase_elder

router = APIRouter(prefix="/v1/elders", route_class=Route, tags=["elders"])


@router.post("/{elder_id}/erase", responses=problems(403, 404, 409, 412, 422))
async def erase(
    elder_id: UUID,
    form: EraseIn,
    _: Annotated[Actor, may(Permission.ELDER_ERASE)],
    registers: MyRegisters,
    if_match: IfMatch,
) -> ErasedOut:
    """Take out names, numbers and words about an elder who has left the roll; it cannot be undone.

    Files that were merged into this one go with it. Figures of closed months and the audit stay. Uploads, reports and
    stored answers go 30 days after they came, backups taken before it when they are discarded.
    """
    elder = await registers.elders.locked(elder_id)
    check_version(if_match, elder.version)
    return await erase_elder(registers, elder, form)
