"""The service answers as its OpenAPI document says, whoever asks with whatever.

Every run takes one role and a part of its operations, by the day; ``python -m tests.contract`` takes them all.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.domain.access import FORCE_ROLES, Role
from api.security import Keys
from tests.conftest import Urls
from tests.contract.runs import Part, run
from tests.promises.names import promise

TURN = "TANFANG_CONTRACT_TURN"
_OFFICES = [role for role in Role if role not in FORCE_ROLES]


@pytest.mark.long
@promise("B8")
def test_the_contract_is_true(
    database: Urls, keys: Keys, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    turn = int(os.environ.get(TURN, datetime.now(UTC).toordinal()))
    role = _OFFICES[turn % len(_OFFICES)]
    part = Part(turn // len(_OFFICES), size=12)
    outcome = run(database, keys, tmp_path, role, examples=10, part=part, options=["--seed", str(turn)])
    record_property("contract", f"{role}: {outcome}")
    assert outcome.clean, f"{role}, {TURN}={turn}: {outcome}\nnever 2xx: {outcome.unanswered}\n{outcome.output}"
