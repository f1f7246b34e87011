"""Loaded by schemathesis: gives every operation its seed, and counts what each answered.

The seeds go into the document as it was read: as examples and, for ids, as the only valid value, for random
ids would only ever meet 404. What the service serves stays as it is.
"""

import atexit
import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import MissingHeaderNotRejected

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_answers: defaultdict[str, Counter[int]] = defaultdict(Counter)


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    seeds = json.loads(Path(os.environ["CONTRACT_SEEDS"]).read_text())
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            if seed := seeds.get(operation["operationId"]):
                _plant(operation, seed)


schemathesis.serializer.alias(["text/csv", "application/x-ndjson", XLSX], "application/octet-stream")


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: schemathesis.Response
) -> bool:
    """428 is how RFC 6585 has a missing If-Match refused; schemathesis knows only the statuses of other headers."""
    return not (isinstance(failure, MissingHeaderNotRejected) and response.status_code == 428)


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response) -> None:
    operation = case.operation
    if case.method.upper() == operation.method.upper():  # methods that nobody declared are tried too
        _answers[operation.definition.raw["operationId"]][response.status_code] += 1


@atexit.register
def _keep_answers() -> None:
    Path(os.environ["CONTRACT_ANSWERS"]).write_text(json.dumps(_answers))


def _plant(operation: dict[str, Any], seed: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        place, name = parameter["in"], parameter["name"]
        value = seed[place].get(name.lower() if place == "header" else name)
        if value is None:
            continue
        parameter["example"] = value
        if place == "path":
            parameter["schema"] = {**parameter["schema"], "enum": [value]}
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if seed["body"] is not None and seed["media_type"] in (None, media_type):
            content["example"] = seed["body"]
