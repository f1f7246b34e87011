"""What was acknowledged of a file, in a small file beside it, so that a cut costs no work and no clarity.

It may be deleted at any time: every record has a name of its own, and what is sent twice is there once. All that
it saves is the sending, and that a batch whose answer was lost is told as what it was.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken in: the line it stands on, its name, and all that is wrong with it."""

    line: int
    external_id: str | None
    errors: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. ``escalations``: major risks that were heard."""

    counts: Mapping[str, int]
    escalations: int = 0
    refusals: Sequence[Refusal] = field(default=())


class Journal:
    """One line of JSON for the run, then one for each part; a line that was cut short is not read.

    ``purpose``: where to and as whom the file is sent. A journal of another file, or another purpose, is begun
    anew.
    """

    def __init__(self, file: Path, purpose: Mapping[str, str]) -> None:
        self._path = file.with_name(f"{file.name}.push")
        with file.open("rb") as content:
            about = {**purpose, "sha256": file_digest(content, "sha256").hexdigest()}
        head, *parts = self._lines() or [{}]
        if {name: value for name, value in head.items() if name != "run"} == about:
            self._run = str(head["run"])
            self._outcomes = {each["part"]: _outcome(each) for each in parts}
        else:
            self._run, self._outcomes = str(uuid4()), {}
            self._append({**about, "run": self._run}, os.O_TRUNC)

    def key(self, part: int = 0) -> str:
        """The Idempotency-Key of a part, the same however often the file is pushed."""
        return f"{self._run}-{part}"

    def outcome_of(self, part: int) -> Outcome | None:
        """What became of a part that was acknowledged."""
        return self._outcomes.get(part)

    def note(self, part: int, outcome: Outcome) -> None:
        """The part is acknowledged."""
        self._outcomes[part] = outcome
        self._append({"part": part, **asdict(outcome)}, os.O_APPEND)

    def forget(self) -> None:
        """The whole file is through."""
        self._path.unlink(missing_ok=True)

    def _append(self, line: Mapping[str, Any], how: int) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | how, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _lines(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        whole = self._path.read_text("utf-8", errors="replace").rpartition("\n")[0].splitlines()
        return [line for line in map(_object, whole) if line]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _outcome(line: Mapping[str, Any]) -> Outcome:
    refusals = [Refusal(**each) for each in line["refusals"]]
    return Outcome(line["counts"], line["escalations"], refusals)
