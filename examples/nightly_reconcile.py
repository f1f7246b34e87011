#!/usr/bin/env python3
"""Compare a file of visit records with what the service holds of those days, and send what is missing there.

    . var/demo/client.env      # TANFANG_CLIENT_ID and TANFANG_CLIENT_SECRET; the address is TANFANG_URL
    python examples/nightly_reconcile.py var/demo/unsent.ndjson

Run it every night over the last month. Ends with 0 when both sides say the same, 3 when somebody has to look: records
that say something else there, and records there that the file does not know.
"""

import json
import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from post_visits import Service, post_all, records_in

SHANGHAI = timezone(timedelta(hours=8))
NAMES = {"elder", "external_id", "external_version"}  # what is not hashed
DEFAULTS = {"time_unknown": False, "solved": False, "severity": "general", "whereabouts": "unknown"}
INSTANTS = {"started_at", "ended_at", "at", "taken_at", "discovered_at", "emergency_called_at", "contact_reached_at"}


def hash_of(record: dict[str, Any]) -> str:
    """The published rule (see POST /v1/visits/reconcile at /docs): JSON of one spelling, and its SHA-256."""
    kept = {name: value for name, value in record.items() if name not in NAMES}
    return sha256(spelled(kept).encode()).hexdigest()


def spelled(value: Any, name: str = "") -> str:
    """Names and lists sorted, no null, empty list or default, instants in UTC, numbers to six decimals."""
    if isinstance(value, dict):
        said = {member: part for member, part in value.items() if part not in (None, [])}
        kept = [member for member in sorted(said) if not is_default(name, member, said[member])]
        return "{" + ",".join(f'"{member}":{spelled(said[member], member)}' for member in kept) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted(spelled(part) for part in value)) + "]"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if name in INSTANTS:
        instant = datetime.fromisoformat(value).astimezone(UTC)
        fraction = f".{instant.microsecond:06}" if instant.microsecond else ""
        return f'"{instant:%Y-%m-%dT%H:%M:%S}{fraction}Z"'
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value.strip()).replace("\r\n", "\n")
    return json.dumps(value, ensure_ascii=False)


def is_default(owner: str, member: str, value: Any) -> bool:
    return (member in DEFAULTS and value == DEFAULTS[member]) or (owner, member, value) == ("refused", "by", "unknown")


def day_of(record: dict[str, Any]) -> str:
    if "visited_on" in record:
        return str(record["visited_on"])
    return datetime.fromisoformat(record["started_at"]).astimezone(SHANGHAI).date().isoformat()


def compare(service: Service, records: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """``missing``, ``mismatched`` and ``unexpected`` there, of the days of these records."""
    days = sorted(map(day_of, records.values()))
    items = [
        {"external_id": name, "version": record.get("external_version", 1), "sha256": hash_of(record)}
        for name, record in records.items()
    ]
    asked = {"period": {"starts_on": days[0], "ends_on": days[-1]}, "items": items}
    found: dict[str, Any] = service.post_json("/v1/visits/reconcile", asked).json()
    return found


def main(file: Path) -> int:
    service = Service()
    records = {record["external_id"]: record for record in records_in(file)}
    found = compare(service, records)
    print(f"matched {found['matched']}")
    if found["missing"]:
        counts = post_all(service, [records[name] for name in found["missing"]])
        print(f"missing {len(found['missing'])}, sent: {dict(counts)}")
    for kind in ("mismatched", "unexpected"):
        for each in found[kind]:
            print(kind, each["external_id"] if kind == "mismatched" else each)
    return 3 if found["mismatched"] or found["unexpected"] else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
