"""Random walks: in whatever order commands come, states follow the domain's table and duty follows the states."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.domain.elders import LIFE, Command, ElderState
from tests.duty.office import GENERAL, Office

TODAY = "2026-11-03"
COMMANDS: Mapping[Command, tuple[str, dict[str, Any]]] = {
    Command.VERIFY: ("verify", {}),
    Command.CONFIRM: ("confirm", {}),
    Command.DECLINE: ("decline", {"by": "self"}),
    Command.SUSPEND: ("suspensions", {"starts_on": TODAY, "ends_on": "2026-11-05", "reason": "away"}),
    Command.EXIT: ("exit", {"kind": "institution", "last_day_on": "2026-11-02", "source": "family"}),
    Command.REINSTATE: ("reinstate", {"reason": "误录"}),
    Command.RE_ENTER: ("re-enter", {"reason": "返家"}),
    Command.INCLUDE: ("include", {"reason": "独居"}),
}
ON_DUTY = {ElderState.CONFIRMED, ElderState.SUSPENDED}


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    start=st.sampled_from([[], [Command.VERIFY], [Command.VERIFY, Command.CONFIRM]]),
    walk=st.lists(st.sampled_from(list(COMMANDS)), min_size=3, max_size=9),
)
async def test_states_follow_the_table(office: Office, start: list[Command], walk: list[Command]) -> None:
    office.on(TODAY)
    elder = await office.drafted(**GENERAL)
    state = ElderState.DRAFT
    for command in start + walk:
        path, body = COMMANDS[command]
        answer = await office.asks(elder, path, **body)
        allowed = LIFE.allowed(command)
        if state not in allowed:
            assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        elif answer.is_success:
            state = _after(command, state, ElderState(answer.json()["status"]))
        else:
            assert answer.status_code in (409, 422), answer.text
        shown = (await office.reads(office.instructor, f"/v1/elders/{elder}")).json()
        assert shown["status"] == state
    owed = await office.owed(elder, "2026-12")
    assert bool(owed) == (state in ON_DUTY)


def _after(command: Command, before: ElderState, after: ElderState) -> ElderState:
    """The state answered, which the table must allow."""
    target = LIFE.moves[command].to
    if command is Command.INCLUDE:
        assert after is before
    elif command is Command.REINSTATE:
        assert after is not ElderState.EXITED
    else:
        assert after is target or {after, target} == ON_DUTY
    return after
