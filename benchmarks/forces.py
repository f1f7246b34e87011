"""Two service forces in each district of the large set: one under contract for a township, one sent to people."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from api.domain.access import Actor, AreaCode, Grant, Role

KINDS = ("areas", "elders")  # what the contract reaches by
SENT = 200  # elders whom the second force is sent to
_SINCE, _UNTIL = date(2023, 9, 1), date(2099, 12, 31)
_NAMESPACE = UUID("6f1c8f0e-5c39-4f6b-8d0d-1d0f4a1f9b11")


def force(district: str, kind: str) -> UUID:
    """The id of a district's force, and of its contract."""
    return uuid5(_NAMESPACE, f"{district}|{kind}")


def somebody_of(district: str, kind: str) -> Actor:
    """Who works for it."""
    grant = Grant(Role.PROVIDER, AreaCode(district), _SINCE, provider_id=force(district, kind))
    return Actor(id=force(district, kind), grants=(grant,))


def send_forces(connection: psycopg.Connection, districts: Sequence[str]) -> None:
    """Put them, their contracts and whom they are sent to beside a filled register."""
    new = {"created_at": datetime.now(UTC), "version": 1, "starts_on": _SINCE}
    for district in districts:
        for kind in KINDS:
            of_force = new | {"id": force(district, kind), "area": district}
            known = {"kind": "elderly_service_centre", "name": "试服务中心", "state": "active", "sealed": b""}
            _insert(connection, "providers", **of_force, **known, own_force=False, premises=False)
            bought = {"number": "B-1", "purpose": "探访", "reach": kind, "data_clause": True, "state": "signed"}
            _insert(connection, "contracts", **of_force, **bought, provider_id=of_force["id"], ends_on=_UNTIL)
        by_area, by_list = (force(district, kind) for kind in KINDS)
        _insert(connection, "contract_areas", contract_id=by_area, area=f"{district}001")
        connection.execute(
            "INSERT INTO assignments (id, elder_id, village, provider_id, contract_id, state, starts_on, created_at,"
            " version) SELECT md5(id::text || 'sent')::uuid, id, village, %s, %s, 'running', %s, now(), 1"
            " FROM elders WHERE district = %s ORDER BY md5(id::text) LIMIT %s",
            [by_list, by_list, _SINCE, district, SENT],
        )


def _insert(connection: psycopg.Connection, table: str, **row: object) -> None:
    names, places = sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(sql.Placeholder() * len(row))
    written = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, places)
    connection.execute(written, list(row.values()))
