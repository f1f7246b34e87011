"""What the figures have in common: which month is asked for, and who stands behind a figure."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from api.schemas.base import Out

MonthText = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", max_length=7)]


class CountedElderOut(Out):
    """An elder behind a figure. Of one who has moved out of the reader's area only id and short number show."""

    id: UUID
    short_no: str
    name: str | None
    village: str | None
    village_name: str | None
    former_resident: bool
