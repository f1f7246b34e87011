"""What is left to do for elders (待办), by area and day."""

from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import StringConstraints

from api.deps import MyReading, MyRegisters, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems, sends
from api.routers.paging import MyCountedPage
from api.schemas.base import AreaText, CivilDate
from api.schemas.duty import TaskDoneIn, TaskOut
from api.schemas.etags import etag_of
from api.schemas.paging import Page
from api.store.tasks import WantedTasks
from api.usecases.elder_states import task_out

router = APIRouter(prefix="/v1/tasks", route_class=Route, tags=["tasks"])

Doer = Annotated[Actor, may(Permission.TASK_DO)]
KindParam = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$", max_length=30)]


@router.get("", responses=problems(400, 403, 404, 422))
async def list_tasks(
    _: Doer,
    registers: MyReading,
    page: MyCountedPage,
    area: Annotated[AreaText | None, Query()] = None,
    kind: Annotated[KindParam | None, Query()] = None,
    state: Annotated[Literal["open", "done", "cancelled"] | None, Query()] = None,
    elder_id: Annotated[UUID | None, Query()] = None,
    due_from: Annotated[CivilDate | None, Query(alias="due_on.gte")] = None,
    due_before: Annotated[CivilDate | None, Query(alias="due_on.lt")] = None,
) -> Page[TaskOut]:
    """The tasks of my area, in order of due day; to a provider those of a visit to somebody whom it serves."""
    wanted = WantedTasks(area=area, elder_id=elder_id, kind=kind, state=state, due_from=due_from, due_before=due_before)
    listing = registers.tasks.listing(wanted)
    shown, token = await page.by_day(registers, asdict(wanted), listing, "due_on")
    registers.trace.saw(row.elder_id for row in shown)
    return Page.of([task_out(row) for row in shown], token, await page.total(listing))


@router.post("/{task_id}/done", responses=sends("ETag") | problems(403, 404, 409, 422))
async def finish_task(
    task_id: UUID,
    _: Doer,
    registers: MyRegisters,
    response: Response,
    form: TaskDoneIn,
) -> TaskOut:
    """Close a task that people close; a task to visit is closed by the visit."""
    row = await registers.tasks.finish(task_id, done_on=registers.today, note=form.note)
    response.headers["ETag"] = etag_of(row.version)
    return task_out(row)
