"""A policy version as stored JSON: what a place sets itself; the rest is the plan's."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from api.domain.policy import PLAN, Frequency, Method, PeriodKind, Place, Policy, Tier

_NUMBERS = frozenset(f.name for f in fields(Policy) if f.type in ("int", int))


def policy_from(row: Any) -> Policy:
    """The policy of a ``policy_versions`` row."""
    document: Mapping[str, Any] = row.document
    values: dict[str, Any] = {name: document[name] for name in _NUMBERS & document.keys()}
    if frequencies := document.get("frequencies"):
        values["frequencies"] = {
            **PLAN.frequencies,
            **{Tier(tier): frequency_from(value) for tier, value in frequencies.items()},
        }
    return replace(PLAN, version=row.version, valid_from=row.valid_from, **values)


def frequency_from(value: Mapping[str, Any]) -> Frequency:
    return Frequency(
        period=PeriodKind(value["period"]),
        days=value.get("days", 0),
        min_visits=value.get("min_visits", 1),
        methods=frozenset(map(Method, value.get("methods", (Method.HOME,)))),
        places=frozenset(map(Place, value.get("places", Frequency(PeriodKind.MONTH).places))),
    )


def frequency_document(frequency: Frequency) -> dict[str, Any]:
    return {
        "period": frequency.period.value,
        "days": frequency.days,
        "min_visits": frequency.min_visits,
        "methods": sorted(frequency.methods),
        "places": sorted(frequency.places),
    }


def policy_document(policy: Policy) -> dict[str, Any]:
    """Everything a version says, for showing and for storing."""
    return {
        **{name: getattr(policy, name) for name in sorted(_NUMBERS)},
        "frequencies": {tier.value: frequency_document(f) for tier, f in policy.frequencies.items()},
    }
