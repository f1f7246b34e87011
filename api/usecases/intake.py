"""The intake door: every record of a visit comes in here, one or fifty thousand, by post, batch, file or dry run.

Whoever finds no transaction of its credential running leads: it takes all that waits, judges it, writes
it set-based, commits, and hands out the answers. A refusal of a record is a value, never an exception.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from api.domain.access import Actor
from api.schemas.visits import Atomic, Mode
from api.store import Registers, Store, Trace
from api.store.answers import Answer, Once
from api.store.dialect import Trouble, trouble_of
from api.store.gathering import Gathering
from api.usecases.enlisting import Roster, enlist
from api.usecases.records import hear_risks, refused_together, take
from api.usecases.taken import Sent, Taken

MOST_TOGETHER = 256  # records in one transaction
_LONGEST_TRYING = 5.0  # seconds
MOST_AT_ONCE = 4  # transactions of different credentials: more would wait for each other's sums


@dataclass(frozen=True, slots=True)
class Submission:
    """One request with its records. ``render`` makes the answer that is stored and sent."""

    trace: Trace
    source: str
    records: Sequence[object]
    render: Callable[[Sequence[Taken]], Answer]
    mode: Mode = Mode.COMMIT
    atomic: Atomic = Atomic.NONE
    from_file: bool = False
    office: bool = False  # taken in by the township or the district: needs no acceptance
    supersedes: frozenset[UUID] = frozenset()  # records of the file that these correct
    once: Once | None = None
    roster: Roster = field(default_factory=Roster)


class _Undone(Exception):
    """Leaves a transaction without its rows."""


@dataclass(slots=True)
class Intake:
    """One door for all credentials; the records of one are taken in order, those sent by the same right together."""

    store: Store
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))
    _queues: dict[Actor, "Gathering[_Waiting, Answer]"] = field(default_factory=dict)

    async def take(self, actor: Actor, submission: Submission) -> Answer:
        """The answer to one request; returns when its records are committed, or that nothing was."""
        if submission.mode is Mode.VALIDATE:
            return await self._rehearse(actor, submission)
        if submission.atomic is Atomic.ALL:
            return await self._alone(actor, submission)
        queue = self._queue(actor)
        try:
            return await queue.submit(_Waiting(actor, submission))
        finally:
            if queue.idle and self._queues.get(actor) is queue:
                del self._queues[actor]

    @asynccontextmanager
    async def _opened(self, actor: Actor, trace: Trace) -> AsyncIterator[Registers]:
        """For one request alone, in its turn."""
        async with self._turns, self.store.opened(actor, trace, writes=True) as registers:
            yield registers

    @asynccontextmanager
    async def _undone(self, actor: Actor, trace: Trace) -> AsyncIterator[Registers]:
        """The same, and nothing of it is kept."""
        try:
            async with self._opened(actor, trace) as registers:
                yield registers
                raise _Undone
        except _Undone:
            return

    def _queue(self, actor: Actor) -> "Gathering[_Waiting, Answer]":
        if actor not in self._queues:
            self._queues[actor] = Gathering(
                self._take_together,
                most=MOST_TOGETHER,
                size=lambda waiting: len(waiting.submission.records),
                turns=self._turns,
            )
        return self._queues[actor]

    async def _take_together(self, group: "Sequence[_Waiting]") -> Sequence[Answer | BaseException]:
        if len(group) == 1 or _share_a_key(group):
            return [await self._by_itself(waiting) for waiting in group]
        try:
            return await self._in_one_transaction(group)
        except Exception as error:  # one request must not fail another: each is tried by itself
            if trouble_of(error) == Trouble.UNAVAILABLE:  # by themselves they would wait in vain as well
                return [error] * len(group)
            return await self._one_by_one(group, error)

    async def _one_by_one(self, group: "Sequence[_Waiting]", error: Exception) -> Sequence[Answer | BaseException]:
        """As long as there is time: where each waits for a lock in vain, the last would wait for all of them."""
        until = time.monotonic() + _LONGEST_TRYING
        return [await self._by_itself(waiting) if time.monotonic() < until else error for waiting in group]

    async def _by_itself(self, waiting: "_Waiting") -> Answer | BaseException:
        try:
            return (await self._in_one_transaction([waiting]))[0]
        except Exception as error:  # handed to the one who waits for it
            return error

    async def _in_one_transaction(self, group: "Sequence[_Waiting]") -> list[Answer]:
        actor, traces = group[0].actor, [waiting.submission.trace for waiting in group]
        async with self.store.opened(actor, traces[0], writes=True, others=traces[1:]) as registers:
            known = await _claimed(registers, [waiting.submission for waiting in group])
            fresh = [waiting.submission for waiting, answer in zip(group, known, strict=True) if answer is None]
            made = iter(await _answers(registers, fresh))
            for trace, answer in zip(traces, known, strict=True):
                trace.saw(answer.things if answer is not None else ())
            return [answer if answer is not None else next(made) for answer in known]

    async def _alone(self, actor: Actor, submission: Submission) -> Answer:
        """All or nothing; of records that are refused together, only their major risks stay."""
        taken: Sequence[Taken] = ()
        try:
            async with self._opened(actor, submission.trace) as registers:
                if (known := (await _claimed(registers, [submission]))[0]) is not None:
                    submission.trace.saw(known.things)
                    return known
                await enlist(registers, submission.source, submission.roster)
                taken = await take(registers, _sent(submission))
                if _any_rejected(submission, taken):
                    raise _Undone
                return (await _kept(registers, [(submission, taken)]))[0]
        except _Undone:
            refused = _refused_together(submission, taken)
            async with self._opened(actor, submission.trace) as registers:
                await hear_risks(registers, refused)
                return submission.render(refused)

    async def _rehearse(self, actor: Actor, submission: Submission) -> Answer:
        """The same work, undone: a dry run reports what a commit would, and leaves its audit entry."""
        async with self._undone(actor, submission.trace) as registers:
            await enlist(registers, submission.source, submission.roster)
            taken = await take(registers, _sent(submission))
        if submission.atomic is Atomic.ALL and _any_rejected(submission, taken):
            taken = _refused_together(submission, taken)
            async with self._undone(actor, submission.trace) as registers:
                await hear_risks(registers, taken)
        await self.store.note(actor, submission.trace)
        submission.roster.rehearse()
        return submission.render([each.rehearsed() for each in taken])


@dataclass(frozen=True, slots=True)
class _Waiting:
    actor: Actor
    submission: Submission


def _share_a_key(group: Sequence[_Waiting]) -> bool:
    """Whether somebody asks what another asks: then the one waits for the answer of the other."""
    names = [waiting.submission.once.name for waiting in group if waiting.submission.once is not None]
    return len(names) != len(set(names))


async def _claimed(registers: Registers, submissions: Sequence[Submission]) -> list[Answer | None]:
    """What each was answered before; its key is ours where it was not."""
    keyed = [submission.once for submission in submissions if submission.once is not None]
    stored = iter(await registers.answers.claim_all(keyed))
    return [_again(next(stored)) if submission.once is not None else None for submission in submissions]


def _again(stored: Answer | None) -> Answer | None:
    return stored and Answer(stored.status, {**stored.headers, "Idempotency-Replayed": "true"}, stored.body)


async def _answers(registers: Registers, submissions: Sequence[Submission]) -> list[Answer]:
    for submission in submissions:
        await enlist(registers, submission.source, submission.roster)
    sent = [each for submission in submissions for each in _sent(submission)]
    taken = iter(await take(registers, sent))
    done = [(each, [next(taken) for _ in each.records]) for each in submissions]
    if any(each.trace is not registers.trace for each in submissions):
        registers.trace.object_ids.clear()  # those of all: the entry of each request names its own
    for submission, own in done:
        submission.trace.saw(touched for each in own for touched in each.touched)
    return await _kept(registers, done)


async def _kept(registers: Registers, done: Sequence[tuple[Submission, Sequence[Taken]]]) -> list[Answer]:
    """The answers, kept under their keys: a key whose request was refused is given back."""
    answers = [submission.render(taken) for submission, taken in done]
    keyed = [(each.once, answer) for (each, _), answer in zip(done, answers, strict=True) if each.once is not None]
    await registers.answers.keep_all([(once, answer) for once, answer in keyed if 200 <= answer.status < 300])
    for once, answer in keyed:
        if not 200 <= answer.status < 300:
            await registers.answers.release(once)
    return answers


def _any_rejected(submission: Submission, taken: Sequence[Taken]) -> bool:
    return submission.roster.rejected or any(each.rejected for each in taken)


def _refused_together(submission: Submission, taken: Sequence[Taken]) -> list[Taken]:
    submission.roster.refuse_together()
    return refused_together(taken)


def _sent(submission: Submission) -> list[Sent]:
    return [
        Sent(
            request=id(submission),
            index=index,
            source=submission.source,
            raw=raw,
            from_file=submission.from_file,
            office=submission.office,
            supersedes=submission.supersedes,
        )
        for index, raw in enumerate(submission.records)
    ]
