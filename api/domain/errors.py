"""What a rule says when something is wrong. Codes are stable; texts live in ``api.messages``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was sent.

    ``code``: stable, a key of the message catalogue. ``pointer``: JSON Pointer into the record, or the
    column's key in files. ``params``: what the texts interpolate; never personal data.
    """

    code: str
    pointer: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)


class DomainError(Exception):
    """Any refusal that has a stable code. ``faults``: what exactly is wrong, or in the way, where that is told."""

    faults: tuple[Fault, ...] = ()

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params


class Refused(DomainError):
    """What was sent cannot be accepted; every fault is named, not the first alone."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        code = faults[0].code if len(faults) == 1 else "validation_failed"
        super().__init__(code, **(faults[0].params if len(faults) == 1 else {}))
        self.faults = tuple(faults)


class NotFound(DomainError):
    """No such thing within the actor's sight; the same whether it is unknown or somebody else's."""

    def __init__(self) -> None:
        super().__init__("not_found")


class Forbidden(DomainError):
    """The actor's roles do not hold the permission."""

    def __init__(self, code: str = "permission_missing", **params: str | int) -> None:
        super().__init__(code, **params)


class WrongState(DomainError):
    """The thing is not in a state from which this command leads anywhere."""

    def __init__(self, state: str, allowed: Sequence[str]) -> None:
        super().__init__("wrong_state", state=state, allowed=", ".join(allowed))


class Conflict(DomainError):
    """What was asked clashes with what is stored; nothing was changed."""


class InTheWay(Conflict):
    """A conflict with many things at once; each is named."""

    def __init__(self, code: str, faults: Sequence[Fault]) -> None:
        super().__init__(code, count=len(faults))
        self.faults = tuple(faults)


class PreconditionFailed(DomainError):
    """The thing was changed since the caller read it (If-Match)."""

    def __init__(self) -> None:
        super().__init__("version_changed")


class PreconditionRequired(DomainError):
    """A change needs If-Match, so that nobody's work is overwritten unseen."""

    def __init__(self) -> None:
        super().__init__("if_match_required")
