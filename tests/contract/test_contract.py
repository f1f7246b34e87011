"""The service answers as its OpenAPI document says, whoever asks with whatever.

Every run takes one role and a part of its operations, by the day; ``make promises`` takes them all, and
``python -m tests.contract`` those that one wants.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.domain.access import Role
from api.security import Keys
from tests.conftest import Urls
from tests.contract.runs import allowed, refused, run, some_allowed
from tests.promises.names import promise
from tests.promises.plugin import Counted, Told

TURN = "TANFANG_CONTRACT_TURN"
_ROLES = list(Role)
_AT_ONCE = 2


@pytest.mark.long
@promise("B8")
@promise("P54")
def test_the_contract_is_true(
    database: Urls, keys: Keys, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    turn = int(os.environ.get(TURN, datetime.now(UTC).toordinal()))
    role = _ROLES[turn % len(_ROLES)]
    some = some_allowed(turn // len(_ROLES), size=12)
    outcome = run(database, keys, tmp_path, role, examples=10, chosen=some, options=["--seed", str(turn)])
    record_property("contract", f"{role}: {outcome}")
    assert outcome.clean, f"{role}, {TURN}={turn}: {outcome}\nnever 2xx: {outcome.unanswered}\n{outcome.output}"


@pytest.mark.full
@promise("P54")
@pytest.mark.parametrize("role", list(Role))
def test_the_whole_contract_is_true_for_every_role(
    database: Urls, keys: Keys, tmp_path: Path, role: Role, counted: Counted, told: Told
) -> None:
    outcome = run(database, keys, tmp_path, role, examples=counted(10, 200), chosen=allowed, at_once=_AT_ONCE)
    told(f"{role}: {outcome}")
    assert outcome.clean, f"{role}: {outcome}\nnever 2xx: {outcome.unanswered}\n{outcome.output}"


@pytest.mark.full
@promise("P54")
@pytest.mark.parametrize("role", list(Role))
def test_a_refusal_is_as_the_contract_says_for_every_role(
    database: Urls, keys: Keys, tmp_path: Path, role: Role, told: Told
) -> None:
    """Whoever may not is refused before what was sent is looked at, so a few examples are as good as many."""
    few = ["--phases", "examples,fuzzing"]
    outcome = run(database, keys, tmp_path, role, examples=10, chosen=refused, options=few, at_once=_AT_ONCE)
    told(f"{role}, refused: {outcome}")
    assert outcome.clean, f"{role}: {outcome}\n{outcome.output}"
