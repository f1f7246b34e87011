"""What every table is made of: UTC instants, area codes compared byte by byte, sealed bytes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, LargeBinary, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """A row of a table; never input, never output."""

    metadata = MetaData(naming_convention=NAMING)


class UtcInstant(TypeDecorator[datetime]):
    """Stores UTC, answers aware; SQLite would hand back naive instants."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive instant must not be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def bytewise(length: int) -> TypeEngine[str]:
    """Text compared byte by byte on both databases, so that a range of codes is an index range."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


AREA = bytewise(12)
MONTH = bytewise(7)
DOCUMENT = JSON().with_variant(JSONB(), "postgresql")
SEALED = LargeBinary()
INSTANT = UtcInstant()


def listed(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A CHECK that a text column holds one of the values; native enums survive a downgrade."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=f"{column}_listed")


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model, for set-based statements."""
    table = getattr(model, "__table__", None)
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not a table")
    return table
