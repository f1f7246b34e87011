"""How problems stand in the OpenAPI document."""

from typing import Any

from api.schemas.problems import ProblemOut


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for ``responses=``."""
    return {
        status: {"model": ProblemOut, "content": {"application/problem+json": {}}, "description": "problem"}
        for status in statuses
    }
