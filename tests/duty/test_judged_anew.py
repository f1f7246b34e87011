"""Whatever is said about an elder, for whatever day: what is stored is what the facts come to."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.domain.months import Month
from api.usecases.planning import plan
from api.usecases.verifying import verify
from tests.builders import DISTRICT, SIBLING_VILLAGE, VILLAGE
from tests.duty.office import GENERAL, PRIORITY, Office

Step = tuple[str, dict[str, Any]]
Said = Callable[[date, int, int], Step]


def _day(today: date, ago: int) -> str:
    return (today - timedelta(days=ago)).isoformat()


STEPS: list[Said] = [
    lambda today, ago, _: ("exit", {"kind": "institution", "last_day_on": _day(today, ago), "source": "family"}),
    lambda today, ago, _: ("exit", {"kind": "death", "last_day_on": _day(today, ago), "source": "visit"}),
    lambda today, *_: ("reinstate", {"reason": "误录"}),
    lambda today, ago, _: ("re-enter", {"on": _day(today, ago), "reason": "返家"}),
    lambda today, ago, n: (
        "suspensions",
        {"starts_on": _day(today, ago - 10), "ends_on": _day(today, ago - 11 - n), "reason": "hospital"},
    ),
    lambda today, ago, _: ("consents", {"word": "given", "by": "self", "on": _day(today, ago)}),
    lambda today, ago, _: ("consents", {"word": "withdrawn", "by": "self", "on": _day(today, ago)}),
    lambda today, ago, _: ("raise-tier", {"tier": "priority", "from": _day(today, ago - 20), "reason": "术后"}),
    lambda today, ago, n: ("raise-tier", {"tier": "priority", "until": _day(today, -n), "reason": "术后"}),
    lambda today, *_: ("raise-tier", {"tier": "general", "reason": "好转"}),
    lambda today, ago, n: ("frequency", {"frequency": {"period": "week"}, "until": _day(today, -n), "reason": "术后"}),
    lambda today, ago, _: ("transfer", {"village": SIBLING_VILLAGE, "from": _day(today, ago - 10)}),
    lambda today, ago, _: ("transfer", {"village": VILLAGE, "from": _day(today, ago - 15)}),
    lambda today, *_: ("reviews", {}),
]
WALKS = settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a walk takes a second: shrinking one takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@WALKS
@given(
    facts=st.sampled_from([GENERAL, PRIORITY]),
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 25), st.integers(0, 30), st.integers(0, 5)),
        min_size=3,
        max_size=8,
    ),
)
async def test_what_is_stored_is_what_the_facts_come_to(
    office: Office, facts: dict[str, Any], steps: list[tuple[Said, int, int, int]]
) -> None:
    elder = await office.confirmed("2026-10-06", **facts)
    today = date(2026, 10, 6)
    for month in (9, 10, 11):
        await plan(office.service.store, [VILLAGE, SIBLING_VILLAGE], Month(2026, month))
    for said, ago, length, later in steps:
        today += timedelta(days=later)
        office.on(today.isoformat())
        await office.new_day(elder)
        command, body = said(today, ago, length)
        answer = await office.asks(elder, command, **body)
        assert answer.status_code in (200, 409, 422), answer.text
    assert [difference async for difference in verify(office.service.store, DISTRICT)] == []
