"""The half-yearly look through a file (plan 三(三): 每半年动态更新一次; rule A7)."""

from datetime import date

from api.domain.elders import ElderState
from api.domain.errors import Conflict, Fault, WrongState
from api.domain.open_items import DutyTask
from api.domain.reviews import next_review
from api.schemas.duty import ReviewIn
from api.store import Registers
from api.store.tables import Elder
from api.usecases.standing import refuse

_REVIEWED = (ElderState.CONFIRMED, ElderState.SUSPENDED, ElderState.DECLINED)


async def review(registers: Registers, elder: Elder, form: ReviewIn) -> Elder:
    """The file was looked through; what changed has been changed before, the next look is due in half a year.

    Raises Conflict ``reviewed_since`` unless it is newer than the last one.
    """
    if ElderState(elder.status) not in _REVIEWED:
        raise WrongState(elder.status, sorted(state.value for state in _REVIEWED))
    day = form.on or registers.today
    if day > registers.today:
        refuse([Fault("day_in_future", "/on")])
    last = registers.elders.details(elder).get("review")
    if last is not None and day <= date.fromisoformat(last["on"]):
        raise Conflict("reviewed_since")
    policy = (await registers.places.book_for(elder.village)).on(day)
    await registers.tasks.cancel(elder.id, [DutyTask.COMPLETE_AT_REVIEW])
    kept = {"review": {"on": day.isoformat(), "note": form.note}}
    columns = {"review_due_on": next_review(day, policy)}
    return await registers.elders.change(elder, "review", columns, kept)
