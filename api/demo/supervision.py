"""What the district makes sure of: a closed month, second looks at records, an order, a complaint."""

from collections.abc import Iterator
from datetime import timedelta

from api.demo.office import Office
from api.demo.stories import Story


def stories(office: Office) -> Iterator[Story]:
    yield _closed_month(office)
    yield _second_looks(office)
    yield _complaint(office)


async def _closed_month(office: Office) -> Story:
    """The first month, frozen in the middle of the next; what came later stands beside it."""
    yield office.at(office.first_month.next().first + timedelta(days=14), "10:00")
    await office.post("supervisor", "/v1/month-closings", month=str(office.first_month))


async def _second_looks(office: Office) -> Story:
    """A sample of last month's records in the instructor's township: most stood the test, one visit never was."""
    path, home = "/v1/inspections", office.staff.township
    yield office.ago(9, "14:30")
    month = str(office.first_month.next())
    drawn = await office.post("supervisor", f"{path}/samples", month=month, area=home, percent=4, seed=f"{month}-a")
    left, not_visited, *confirmed = drawn["inspections"]
    yield office.ago(6, "14:30")
    for one in confirmed[::2]:
        told = {"finding": "confirmed", "method": "phone", "note": "本人说当天有人上门"}
        await office.post("colleague", f"{path}/{one}/conclude", **told)
    await office.post("colleague", f"{path}/{left}/attempt", method="phone", note="电话无人接听")
    told = {"finding": "not_visited", "method": "home", "note": "本人称当月无人上门", "consequence": "void"}
    await office.post("colleague", f"{path}/{not_visited}/conclude", **told)
    yield office.ago(5, "09:00")
    order = {"text": "经回访未上门，请补访并对探访人员进行提醒", "due_on": office.day(-6).isoformat()}
    await office.post("instructor", "/v1/rectifications", inspection_id=not_visited, **order)


async def _complaint(office: Office) -> Story:
    """Somebody says that nobody came; the village owes an answer, and is late with it."""
    village = office.staff.village
    yield office.ago(12, "09:50")
    told = {"village": village, "kind": "not_visited", "complainant": "family", "text": "来电称上月没有人上门"}
    taken = await office.post("liaison", "/v1/complaints", **told)
    yield office.ago(11, "10:30")
    order = {"complaint_id": taken["id"], "area": village, "text": "请核对上月记录，三日内书面说明"}
    await office.post("instructor", "/v1/rectifications", **order, due_on=office.day(2).isoformat())
