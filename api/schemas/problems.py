"""A refusal on the wire (RFC 9457)."""

from api.schemas.base import FaultOut, Out


class ProblemOut(Out):
    """``code`` is stable; ``errors`` names every field that is wrong; ``retryable``: the same again may succeed."""

    type: str
    title: str
    status: int
    detail: str
    fix: str
    ask: str
    instance: str
    code: str
    params: dict[str, str | int]
    errors: list[FaultOut]
    request_id: str
    retryable: bool
