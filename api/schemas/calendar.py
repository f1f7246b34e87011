"""The working calendar on the wire."""

from datetime import date

from pydantic import ConfigDict

from api.domain.working_days import DayKind, DaySource
from api.schemas.base import In, Label, Out


class CalendarDayIn(In):
    """Whether offices work on a day, and why; it goes before what was published."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "free", "name": "台风停工"}]})

    kind: DayKind
    name: Label


class CalendarDayOut(Out):
    """A day on which offices work (``moved``), or do not (``free``), though its weekday says otherwise."""

    day: date
    kind: DayKind
    name: str
    source: DaySource


class CalendarOut(Out):
    """``published``: whether the public holidays of the year are known; otherwise only weekends are free."""

    year: int
    published: bool
    data: list[CalendarDayOut]
