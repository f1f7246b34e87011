"""Whether the service holds what a file of visit records says (对账), by the hash that ``reconcile`` publishes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from api.domain.contents import published_hash
from api.domain.months import civil_date
from api.integrations.client import ApiClient
from api.integrations.pushing import batches_of
from api.schemas.visits import VisitIn, parse_visit


def reconcile(api: ApiClient, file: Path) -> dict[str, Any] | None:
    """The service's answer for the days of the file's visits; None if no record of it can be named.

    What cannot be read, or has no ``external_id`` or no day, is not asked about: pushing refused it, or named it
    itself. Of a name that stands in the file more than once, the highest version is asked about.
    """
    held: dict[str, dict[str, Any]] = {}
    days: list[date] = []
    for visit in _visits_in(file):
        day = civil_date(visit.started_at) if visit.started_at else visit.visited_on
        if visit.external_id is None or day is None:
            continue
        days.append(day)
        known = held.get(visit.external_id)
        if known is None or known["version"] <= visit.external_version:
            held[visit.external_id] = _named(visit)
    if not held:
        return None
    period = {"starts_on": min(days).isoformat(), "ends_on": max(days).isoformat()}
    found: dict[str, Any] = api.post("/v1/visits/reconcile", {"period": period, "items": list(held.values())}).json()
    return found


def _visits_in(file: Path) -> Iterator[VisitIn]:
    for batch in batches_of(file):
        for line in batch.lines:
            visit = parse_visit(line.record) if line.record is not None else ()
            if isinstance(visit, VisitIn):
                yield visit


def _named(visit: VisitIn) -> dict[str, Any]:
    said = visit.model_dump(mode="json", exclude_defaults=True)
    return {"external_id": visit.external_id, "version": visit.external_version, "sha256": published_hash(said)}
