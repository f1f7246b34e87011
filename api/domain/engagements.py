"""What a force may post, judged by the day of the visit (domain rule A35; R23, R50).

What may be read is decided now; what counts is decided by contract, assignment and worker on that day. A force
that served an elder goes on writing for old days for a while after the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from uuid import UUID

from api.domain.access import AreaCode, contains
from api.domain.errors import Fault
from api.domain.policy import Policy

_SOURCE = "provider:"


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, inclusive; without ``ends_on`` it goes on."""

    starts_on: date
    ends_on: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def within(self, other: "Span") -> "Span | None":
        """What both have in common."""
        ends = [each for each in (self.ends_on, other.ends_on) if each is not None]
        common = Span(max(self.starts_on, other.starts_on), min(ends, default=None))
        return common if common.ends_on is None or common.starts_on <= common.ends_on else None


@dataclass(frozen=True, slots=True)
class Engagement:
    """A span in which a force comes to an elder; ``bought``: under a contract."""

    span: Span
    bought: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where an elder lives from a day on."""

    village: str
    since: date


@dataclass(slots=True)
class Dossier:
    """All that decides what forces may post about some elders; ids are the forces', the elders', the workers'.

    ``covered``: spans in which a force covers an area, with whether that was bought; ``sent``: spans in which it
    was sent to an elder, ``sent_alone`` those of one worker; ``posts``: villages in which it was ever sent to anybody.
    """

    covered: defaultdict[UUID, list[tuple[str, Engagement]]] = field(default_factory=lambda: defaultdict(list))
    sent: defaultdict[tuple[UUID, UUID], list[Engagement]] = field(default_factory=lambda: defaultdict(list))
    sent_alone: defaultdict[tuple[UUID, UUID], list[Engagement]] = field(default_factory=lambda: defaultdict(list))
    posts: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    homes: defaultdict[UUID, list[Home]] = field(default_factory=lambda: defaultdict(list))
    rests: defaultdict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))
    trainings: defaultdict[tuple[UUID, UUID | None], list[Span]] = field(default_factory=lambda: defaultdict(list))

    def engagements(self, provider_id: UUID, elder_id: UUID, *, alone: UUID | None = None) -> Sequence[Engagement]:
        """All spans in which a force came to an elder: sent to him, or covering where he lived.

        ``alone``: of one worker, who comes only to whom he was sent himself.
        """
        if alone is not None:
            return self.sent_alone.get((alone, elder_id), ())
        return [*self.sent.get((provider_id, elder_id), ()), *self._by_area(provider_id, elder_id)]

    def serves_in(self, provider_id: UUID, village: str) -> bool:
        """Whether a force ever came to anybody of a village."""
        areas = (area for area, _ in self.covered.get(provider_id, ()))
        return village in self.posts.get(provider_id, ()) or any(contains(AreaCode(area), village) for area in areas)

    def stands(self, force_or_worker: UUID | None, day: date) -> bool:
        """Whether a force, or a worker, could come on a day, whatever was decided since."""
        return force_or_worker is None or not any(span.covers(day) for span in self.rests.get(force_or_worker, ()))

    def trained(self, provider_id: UUID, worker_id: UUID, day: date) -> bool:
        """Whether the worker, or all of the force, had a training that was valid on a day."""
        spans = (span for whom in (worker_id, None) for span in self.trainings.get((provider_id, whom), ()))
        return any(span.covers(day) for span in spans)

    def _by_area(self, provider_id: UUID, elder_id: UUID) -> Iterator[Engagement]:
        homes = sorted(self.homes.get(elder_id, ()), key=lambda home: home.since)
        for home, later in zip_longest(homes, homes[1:]):
            until = later.since - timedelta(days=1) if later else None
            for area, engagement in self.covered.get(provider_id, ()):
                common = engagement.span.within(Span(home.since, until))
                if common is not None and contains(AreaCode(area), home.village):
                    yield Engagement(common, engagement.bought)


def provider_of(source: str) -> UUID | None:
    """The force whose own records these are."""
    return UUID(source.removeprefix(_SOURCE)) if source.startswith(_SOURCE) else None


def source_of_provider(provider_id: UUID) -> str:
    return f"{_SOURCE}{provider_id}"


def engagement_faults(
    engagements: Sequence[Engagement], day: date, pointer: str, today: date | None, policy: Policy
) -> Iterable[Fault]:
    """Why a force's record of a visit on ``day`` may not stand; ``engagements``: all it ever had with the elder.

    ``today``: when the force tells of it; None where the township does so in its place, however late.
    """
    if not any(each.span.covers(day) for each in engagements):
        yield Fault("contract_not_running_on_that_day", pointer, {"day": day.isoformat()})
    ends = [each.span.ends_on for each in engagements if each.span.ends_on is not None]
    if today is not None and len(ends) == len(engagements) and ends:
        days, last = policy.posting_after_end_days, max(ends)
        if today > last + timedelta(days=days):
            yield Fault("posting_period_over", "", {"ended_on": last.isoformat(), "days": days})
