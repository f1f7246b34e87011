"""Where, in SQL: the one twin of ``api.domain.access.contains``."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, or_

from api.domain.access import AreaCode


def upper_bound(area: str) -> str:
    """The smallest text above every code in ``area``: codes are digits, and ':' follows '9'."""
    return area + ":"


def within(column: Any, areas: Sequence[AreaCode | str]) -> ColumnElement[bool]:
    """Whether a column's code lies in one of the areas: index ranges, never a LIKE. In none lies nothing."""
    return or_(false(), *(and_(column >= area, column < upper_bound(area)) for area in areas))


def within_bound(column: Any, areas: int) -> ColumnElement[bool]:
    """The same of a statement that is made once, for a number of areas: ``bounds`` brings them."""
    return or_(false(), *(and_(column >= bindparam(f"low{n}"), column < bindparam(f"high{n}")) for n in range(areas)))


def bounds(areas: Sequence[AreaCode | str]) -> dict[str, str]:
    """The areas as parameters of such a statement."""
    lows = {f"low{n}": area for n, area in enumerate(areas)}
    return lows | {f"high{n}": upper_bound(area) for n, area in enumerate(areas)}
