"""Loaded by schemathesis: gives every operation its seed, and counts what each answered.

The seeds go into the document as it was read, as examples and, for ids, as the only valid value: random ids
would only ever meet 404. What the service serves stays as it is.
"""

import atexit
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis

_answers: defaultdict[str, Counter[int]] = defaultdict(Counter)


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    seeds = json.loads(Path(os.environ["CONTRACT_SEEDS"]).read_text())
    for operation in _operations(raw_schema):
        own = seeds["own"].get(operation["operationId"], {"path": {}, "body": None})
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                _fix(parameter, own["path"].get(parameter["name"]) or seeds["common"][parameter["name"]])
            elif parameter["name"].lower() == "if-match":
                parameter["example"] = "*"
        if own["body"] is not None:
            for content in operation["requestBody"]["content"].values():
                content["example"] = own["body"]


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response) -> None:
    _answers[f"{case.method} {case.operation.path}"][response.status_code] += 1


@atexit.register
def _keep_answers() -> None:
    Path(os.environ["CONTRACT_ANSWERS"]).write_text(json.dumps(_answers))


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _fix(parameter: dict[str, Any], value: str) -> None:
    parameter["schema"] = {**parameter["schema"], "enum": [value]}
    parameter["example"] = value
