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

_answers: defaultdict[str, Counter[int]] = defaultdict(Counter)


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    seeds = json.loads(Path(os.environ["CONTRACT_SEEDS"]).read_text())
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            if seed := seeds.get(operation["operationId"]):
                _plant(operation, seed)


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: schemathesis.Response
) -> bool:
    """428 is how RFC 6585 has a missing If-Match refused; schemathesis knows only the statuses of other headers."""
    return not (isinstance(failure, MissingHeaderNotRejected) and response.status_code == 428)


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response) -> None:
    _answers[f"{case.method} {case.operation.path}"][response.status_code] += 1


@atexit.register
def _keep_answers() -> None:
    Path(os.environ["CONTRACT_ANSWERS"]).write_text(json.dumps(_answers))


def _plant(operation: dict[str, Any], seed: dict[str, Any]) -> None:
    headers = {name.lower(): value for name, value in seed["headers"].items()}
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if parameter["in"] == "path" and name in seed["path"]:
            parameter["example"] = seed["path"][name]
            parameter["schema"] = {**parameter["schema"], "enum": [seed["path"][name]]}
        elif parameter["in"] == "query" and name in seed["query"]:
            parameter["example"] = seed["query"][name]
        elif name.lower() in headers:
            parameter["example"] = headers[name.lower()]
    if seed["body"] is not None:
        for content in operation["requestBody"]["content"].values():
            content["example"] = seed["body"]
