"""Logic with three values: yes, no, and not yet known (None), so that a missing fact decides nothing."""

from collections.abc import Iterable

Known = bool | None


def negated(value: Known) -> Known:
    return None if value is None else not value


def every(values: Iterable[Known]) -> Known:
    """No as soon as one is no; otherwise unknown as soon as one is unknown."""
    seen = set(values)
    if False in seen:
        return False
    return None if None in seen else True


def some(values: Iterable[Known]) -> Known:
    """Yes as soon as one is yes; otherwise unknown as soon as one is unknown."""
    return negated(every(negated(value) for value in values))


def same(one: object | None, other: object | None) -> Known:
    """Whether two facts are equal; unknown while either is."""
    return None if one is None or other is None else one == other
