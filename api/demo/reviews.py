"""The half-yearly review as a round: most files are looked through when they are due, some still wait."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from api.demo.office import Office
from api.demo.stories import Story

_MANY = 200
_EVERY = 10  # days
_SLOW_SINCE = 25  # days ago; since then the instructor's township has left its files


def stories(office: Office) -> Iterator[Story]:
    yield _finished(office)
    yield _under_way(office)


async def _finished(office: Office) -> Story:
    """Every ten days what is due until the next time is confirmed as it was, all over the district at first."""
    day = office.first_month.first + timedelta(days=1)
    while day < office.today:
        yield office.at(day, "15:00")
        before = (day + timedelta(days=_EVERY + 1)).isoformat()
        slow = office.staff.township if day > office.day(_SLOW_SINCE) else "none"
        due = office.pages("clerk", "/v1/reviews", **{"due_on.lt": before})
        ids = [each["elder"]["id"] async for each in due if not each["village"].startswith(slow)]
        for start in range(0, len(ids), _MANY):
            await office.post("clerk", "/v1/reviews/confirm-unchanged", ids=ids[start : start + _MANY])
        day += timedelta(days=_EVERY)


async def _under_way(office: Office) -> Story:
    """In the instructor's township villages have submitted theirs: some unchanged, one with news, one in vain."""
    yield office.ago(3, "10:40")
    for who in ("liaison", "neighbour"):
        query = {"state": "due", "due_on.lt": office.day(-20).isoformat()}
        due = [each async for each in office.pages(who, "/v1/reviews", **query)]
        unchanged, others = due[2:8], due[:2]
        if unchanged:
            ids = [each["elder"]["id"] for each in unchanged]
            await office.post(who, "/v1/reviews/confirm-unchanged", ids=ids)
        for each, found in zip(others, _FOUND, strict=False):
            await office.post(who, f"/v1/elders/{each['elder']['id']}/reviews", **found)


_FOUND: tuple[dict[str, Any], ...] = (
    {"result": "not_reached", "note": "两次上门均无人在家"},
    {"changes": {"disease_history": "糖尿病"}, "note": "家属告知新近确诊"},
)
