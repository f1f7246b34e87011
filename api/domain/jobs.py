"""Work done after the request that asked for it: its states, and when it is tried again."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

LEASE = timedelta(seconds=60)  # how long a claimed job stays with its worker unless the lease is renewed
MOST_ATTEMPTS = 5
LAST_WORDS: Mapping[str, str] = {"import_file": "give_up_file", "roll_back_file": "give_up_rollback"}
"""Which job follows one that is dead, by kind, with the same payload: whoever waits for the work is told."""
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)


class JobState(StrEnum):
    QUEUED = "queued"  # 排队中
    RUNNING = "running"  # 处理中
    DONE = "done"  # 已完成
    DEAD = "dead"  # 多次失败，已停止


def wait_after(attempts: int) -> timedelta:
    """How long a job rests after it failed ``attempts`` times: 10 s, 40 s, 160 s … at most an hour."""
    wait: timedelta = _FIRST_WAIT * 4 ** (attempts - 1)
    return min(wait, _LONGEST_WAIT)
