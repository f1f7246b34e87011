"""The operations that the service describes: what each asks for, where it reaches, what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.domain.access import Permission

_METADATA = ("x-permission", "x-scope", "x-audit")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """``permission``: None is open to anybody. ``example``: the body that the document shows."""

    id: str
    method: str
    path: str
    permission: Permission | None
    scope: str
    audit: str
    success: int
    takes_json: bool
    example: Any
    sent: Mapping[int, frozenset[str]]  # the headers that its answers have, by status

    @property
    def reads(self) -> bool:
        return self.audit != "write"

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Content-Type": _JSON} if self.takes_json else {}


def operations_of(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI document; an AssertionError names those without metadata."""
    found = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    bare = [operation["operationId"] for *_, operation in found if not all(key in operation for key in _METADATA)]
    assert not bare, f"operations without {', '.join(_METADATA)}: {bare}"
    return [_operation(document, path, method.upper(), operation) for path, method, operation in found]


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    permission = operation["x-permission"]
    content = operation.get("requestBody", {}).get("content", {})
    return Operation(
        id=operation["operationId"],
        method=method,
        path=path,
        permission=None if permission == "none" else Permission(permission),
        scope=operation["x-scope"],
        audit=operation["x-audit"],
        success=next(int(status) for status in operation["responses"] if status.startswith("2")),
        takes_json=_JSON in content,
        example=_example(document, content.get(_JSON, {})),
        sent={
            int(status): frozenset(name.lower() for name in answer.get("headers", ()))
            for status, answer in operation["responses"].items()
        },
    )


def _example(document: Mapping[str, Any], media: Mapping[str, Any]) -> Any:
    schema = media.get("schema", {})
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    shown = [*schema.get("examples", ()), *media.get("examples", {}).values(), media.get("example")]
    return shown[0] if shown else None
