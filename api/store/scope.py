"""Where, in SQL: the one twin of ``api.domain.access.contains``."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from api.domain.access import AreaCode


def upper_bound(area: str) -> str:
    """The smallest text above every code in ``area``: codes are digits, and ':' follows '9'."""
    return area + ":"


def within(column: Any, areas: Sequence[AreaCode | str]) -> ColumnElement[bool]:
    """Whether a column's code lies in one of the areas: index ranges, never a LIKE."""
    return or_(*(and_(column >= area, column < upper_bound(area)) for area in areas))
