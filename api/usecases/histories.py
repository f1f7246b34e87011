"""Since when a thing is as it is: every version, with values only of what stands in the open."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from api.schemas.elder_views import FieldChangeOut, VersionOut


def versions_out(entries: Iterable[Mapping[str, Any]], in_the_open: Collection[str]) -> list[VersionOut]:
    """Versions as a register's history tells them; of other fields than those it says only that they changed."""
    return [_version(entry, in_the_open) for entry in entries]


def _version(entry: Mapping[str, Any], in_the_open: Collection[str]) -> VersionOut:
    changes = [_field_change(name, change, in_the_open) for name, change in entry["changes"].items()]
    return VersionOut(**{name: entry[name] for name in ("version", "at", "actor_id", "command")}, changes=changes)


def _field_change(name: str, change: Mapping[str, Any], in_the_open: Collection[str]) -> FieldChangeOut:
    if name not in in_the_open:
        return FieldChangeOut(field=name, before=None, after=None, sealed=True)
    return FieldChangeOut(field=name, before=change["from"], after=change["to"], sealed=False)
