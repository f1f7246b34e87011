"""A slow second opinion: one elder's month judged by sets of days, sharing only the shapes of the facts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from api.domain.facts import ElderFacts, Stint, Suspension, VisitFact
from api.domain.policy import Frequency, PeriodKind, Policy, PolicyBook, Tier

Day = date
Days = list[date]


@dataclass
class Opinion:
    rows: list[tuple[str, int, str, str, date | None, bool]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    reasons: dict[object, str | None] = field(default_factory=dict)
    village: str = ""


def days_of(year: int, month: int) -> Days:
    start = date(year, month, 1)
    return [d for n in range(31) if (d := start + timedelta(days=n)).month == month]


def cut(days: Days, frequency: Frequency) -> Iterator[tuple[str, Days]]:
    def name(day: date) -> str:
        match frequency.period:
            case PeriodKind.MONTH:
                return "M"
            case PeriodKind.HALF_MONTH:
                return "H1" if day.day < 16 else "H2"
            case PeriodKind.WEEK:
                return "W" + str(1 + (day.day > 7) + (day.day > 15) + (day.day > 22))
            case PeriodKind.DAYS:
                return f"D{day.day - (day.day - 1) % frequency.days:02}"

    for label in dict.fromkeys(name(day) for day in days):
        yield label, [day for day in days if name(day) == label]


@dataclass
class NaiveCharge:
    label: str
    days: Days
    tier: Tier
    frequency: Frequency
    charged: Days = field(default_factory=list)
    state: str = "open"
    pending: bool = False
    mark: str = ""
    met: list[VisitFact] = field(default_factory=list)

    @property
    def need(self) -> int:
        return -(-len(self.days) // 2)


class Naive:
    def __init__(self, facts: ElderFacts, days: Days, book: PolicyBook) -> None:
        self.facts, self.days, self.book = facts, days, book
        self.policy = book.on(days[0])
        self.tracked_from = book.tracking_starts_on or date.min
        self.stints = sorted(facts.stints, key=lambda s: s.starts_on)
        self.suspensions = [s for s in facts.suspensions if s.approved is not False]

    # -- what holds on a day ------------------------------------------------------------------------

    def tier(self, day: Day) -> Tier | None:
        known = [t for t in self.facts.tiers if t.from_day <= day]
        return max(known, key=lambda t: t.from_day).tier if known else None

    def may_owe(self, day: Day) -> bool:
        ripe = (
            day.year
            - self.facts.born_on.year
            - ((day.month, day.day) < (self.facts.born_on.month, self.facts.born_on.day))
        )
        tiered = any(t.tier and t.from_day <= day for t in self.facts.tiers)
        return ripe >= self.policy.min_age and day >= self.tracked_from and tiered

    def within(self, stint: Stint, day: Day) -> bool:
        return stint.starts_on <= day and (stint.last_day_on is None or day <= stint.last_day_on)

    def on_duty(self, day: Day) -> bool:
        return self.may_owe(day) and any(self.within(s, day) for s in self.stints)

    def away(self, day: Day, among: list[Suspension] | None = None) -> bool:
        chosen = self.suspensions if among is None else among
        return any(s.starts_on <= day <= s.ends_on for s in chosen)

    def served(self, stint: Stint) -> bool:
        """Whether the stint has a day of duty at all."""
        last = stint.last_day_on or date(2100, 1, 1)
        day = max(stint.starts_on, date(2026, 1, 1))
        while day <= min(last, date(2027, 6, 1)):
            if self.may_owe(day):
                return True
            day += timedelta(days=1)
        return False

    def answers(self, day: Day) -> bool:
        """Whether a late, unproved ending still has to answer for this day."""
        for stint in self.stints:
            if stint.last_day_on is None or stint.reported_on is None or stint.proof:
                continue
            if not self.served(stint) or not self.late(stint):
                continue
            resumed = any(s.starts_on > stint.starts_on and s.starts_on <= day and self.served(s) for s in self.stints)
            if stint.last_day_on < day <= stint.reported_on and not resumed:
                return True
        return False

    def late(self, stint: Stint) -> bool:
        assert stint.last_day_on is not None
        noticed = stint.last_day_on + timedelta(days=1)
        if stint.ending == "death" and stint.found_on is not None:
            noticed = stint.found_on
        reported = stint.reported_on or noticed
        return reported > noticed + timedelta(days=self.policy.backdated_after_days)

    # -- visits -------------------------------------------------------------------------------------

    def bar(self, visit: VisitFact) -> str | None:
        day = visit.visited_on
        begun = [s for s in self.stints if s.starts_on <= day]
        if visit.blocked:
            return visit.blocked
        if day < self.tracked_from:
            return "not_tracked"
        if not self.stints:
            return "not_confirmed"
        if not begun:
            return "before_confirmation"
        if not self.within(begun[-1], day):
            return "declined" if begun[-1].ending == "declined" else "exited"
        if not self.may_owe(day):
            return "before_confirmation"
        if self.away(day):
            return "suspended"
        return None if visit.outcome == "completed" else "outcome"

    def listed(self, visit: VisitFact, frequency: Frequency) -> bool:
        in_person = visit.method in ("home", "other")
        return not (in_person and visit.place is not None and visit.place not in frequency.places)

    def fits(self, visit: VisitFact, frequency: Frequency) -> bool:
        return visit.method in frequency.methods and self.listed(visit, frequency)

    # -- the month ----------------------------------------------------------------------------------

    def opinion(self) -> Opinion:
        found = Opinion()
        visits = sorted(
            (v for v in self.facts.visits if v.visited_on in self.days),
            key=lambda v: (v.visited_on, v.recorded_on, v.id),
        )
        charges = []
        for policy in self.book.versions:
            for tier, frequency in policy.frequencies.items():
                for label, days in cut(self.days, frequency):
                    if self.book.on(days[0]) is policy:
                        charge = NaiveCharge(label, days, tier, frequency)
                        if self.is_charged(charge, found):
                            self.settle(charge, policy, visits)
                            charges.append(charge)
        charges.sort(key=lambda c: (c.days[0], c.days[-1]))
        for charge in charges:
            for n in range(charge.frequency.min_visits):
                met_on = charge.met[n].visited_on if n < len(charge.met) else None
                state = "met" if met_on else charge.state
                pending = charge.pending and not met_on
                found.rows.append((charge.label, n + 1, charge.tier, state, met_on, pending))
        found.reasons = {v.id: self.reason(v, charges) for v in visits}
        self.count(visits, charges, found)
        found.village = self.village()
        return found

    def is_charged(self, charge: NaiveCharge, found: Opinion) -> bool:
        charged = [d for d in charge.days if self.on_duty(d) or self.answers(d)]
        if not charged or self.tier(charged[0]) != charge.tier:
            return False
        charge.charged = [d for d in charge.days if d >= charged[0]]
        if len(charge.charged) < charge.need:
            found.counts["new_not_due"] = 1
            return False
        return True

    def settle(self, charge: NaiveCharge, policy: Policy, visits: list[VisitFact]) -> None:
        inside = [v for v in visits if v.visited_on in charge.days]
        good = [v for v in inside if not self.bar(v) and self.fits(v, charge.frequency)]
        self.release(charge, bool(good), inside)
        if charge.state != "open":
            return
        for day in charge.days:
            if any(v.visited_on <= day for v in good):
                break
            no = [v for v in inside if v.visited_on <= day and v.refused_by_elder and self.bar(v) == "outcome"]
            often = len({v.visited_on for v in no}) >= policy.refusals_for_refused
            if often or any(v.refusal_conclusive for v in no):
                charge.state, charge.pending, charge.mark = "refused", False, ""
                return
        for visit in good:
            taken = {met.visited_on for met in charge.met}
            if len(charge.met) < charge.frequency.min_visits and visit.visited_on not in taken:
                charge.met.append(visit)

    def release(self, charge: NaiveCharge, visited: bool, inside: list[VisitFact]) -> None:
        """Ending first, then suspensions from the best right to the worst."""

        def right(effect: Day, late: bool, proof: bool, firm: bool, word: bool | None) -> str:
            tried = any(not v.blocked and v.visited_on >= effect for v in inside)
            past_middle = effect > charge.days[charge.need - 1]
            if visited or not (past_middle or (late and not proof and not tried)):
                return "firm" if firm or word else "provisional"
            return {None: "undecided", False: "rejected", True: "backdated" if late else "firm"}[word]

        served = [s for s in self.stints if self.served(s) and s.starts_on <= charge.days[-1]]
        present = [d for d in charge.charged if self.on_duty(d)]
        end = charge.days[-1]
        leaver = None
        if not self.on_duty(end):
            leaver, present = served[-1], charge.charged
        elif len(present) < charge.need:
            leaver, present = served[-2], charge.charged
        verdict = "rejected"
        if leaver is not None and leaver.last_day_on is not None:
            effect = leaver.last_day_on + timedelta(days=1)
            verdict = right(effect, self.late(leaver), leaver.proof, True, leaver.approved)
            if verdict in ("firm", "backdated"):
                charge.state, charge.mark = "waived", verdict
                return
        ranks = ["firm", "provisional", "backdated", "undecided"]
        by_rank: dict[str, list[Suspension]] = {rank: [] for rank in ranks}
        for s in self.suspensions:
            late = s.reported_on > s.starts_on + timedelta(days=self.policy.backdated_after_days)
            by_rank[right(s.starts_on, late, s.proof, s.confirmed, s.approved)].append(s)
        heard: list[Suspension] = []
        for rank in ranks:
            heard += by_rank[rank]
            if len([d for d in present if not self.away(d, heard)]) < charge.need:
                charge.pending = rank == "undecided"
                charge.state, charge.mark = ("open", "") if charge.pending else ("excused", rank)
                return
        charge.pending = verdict == "undecided"

    def reason(self, visit: VisitFact, charges: list[NaiveCharge]) -> str | None:
        around = [c for c in charges if visit.visited_on in c.days]
        if any(visit in c.met for c in around):
            return None
        if bar := self.bar(visit):
            return bar
        tier = self.tier(visit.visited_on)
        asked = self.book.on(visit.visited_on).frequencies
        frequencies = [c.frequency for c in around]
        if not frequencies:
            frequencies = [f for t, f in asked.items() if t == tier] or list(asked.values())
        if not any(self.fits(visit, f) for f in frequencies):
            return "not_home" if any(self.listed(visit, f) for f in frequencies) else "place"
        fitting = [c.state for c in around if self.fits(visit, c.frequency)]
        if "refused" in fitting:
            return "refused_period"
        return "already_met" if "open" in fitting else "nothing_due"

    def count(self, visits: list[VisitFact], charges: list[NaiveCharge], found: Opinion) -> None:
        counts, reasons, last = found.counts, found.reasons, self.days[-1]
        for charge in charges:
            asked = charge.frequency.min_visits
            counts["excused"] += asked * (charge.state == "excused")
            counts["refused"] += asked * (charge.state == "refused")
            counts["excused_pending"] += asked * charge.pending
            counts["excused_provisional"] += asked * (charge.mark == "provisional")
            counts["excused_backdated"] += asked * (charge.mark == "backdated")
            if charge.state == "open":
                counts["due"] = 1
                counts["obligations"] += asked
                counts["obligations_met"] += len(charge.met)
        if counts["due"]:
            counts["new_not_due"] = 0
            counts["fully_compliant"] = int(counts["obligations"] == counts["obligations_met"])
            seen = [v for v in visits if reasons[v.id] in (None, "already_met", "nothing_due")]
            called = [v for v in visits if reasons[v.id] == "not_home" and v.method in ("phone", "online")]
            counts["visited_home"] = int(bool(seen))
            counts["visited_any"] = int(bool(seen or called))
        begun = [s for s in self.stints if s.starts_on <= last]
        if not begun:
            counts["not_confirmed"] = int(self.facts.enrolled_on <= last)
        elif self.within(begun[-1], last):
            counts["consent_pending"] = int(not (self.facts.consented_on and self.facts.consented_on <= last))
        else:
            counts["declined"] = int(begun[-1].ending == "declined")
        for stint in self.stints:
            if stint.last_day_on in self.days and stint.ending != "declined" and self.served(stint):
                counts["exited"] = 1
                if stint.ending == "death":
                    counts["deaths_unseen"] |= self.died_unseen(stint.last_day_on, visits)
        counts["late"] = sum(v.late and v.blocked not in ("voided", "withdrawn") for v in visits)
        counts["voided"] = sum(v.blocked == "voided" for v in visits)
        counts["seen_elsewhere"] = int("place" in reasons.values())
        if self.days[-1] < self.tracked_from:
            counts.clear()

    def died_unseen(self, died_on: Day, visits: list[VisitFact]) -> bool:
        tier = self.tier(died_on)
        asked = [f for t, f in self.book.on(died_on).frequencies.items() if t == tier]
        if not asked:
            return False
        running = next(days for _, days in cut(self.days, asked[0]) if died_on in days)
        reached = [v.visited_on for v in visits if v.outcome == "completed" and not v.blocked]
        return not any(day in running and day <= died_on for day in reached)

    def village(self) -> str:
        moves = sorted(self.facts.residences, key=lambda r: r.from_day)
        if not moves:
            return self.facts.village

        def home(day: Day) -> str:
            return ([r for r in moves if r.from_day <= day] or moves[:1])[-1].village

        active = [d for d in self.days if self.on_duty(d) and not self.away(d)]
        tally = Counter(home(d) for d in active or self.days)
        first_lived = list(dict.fromkeys(home(d) for d in self.days))
        return max(first_lived, key=lambda village: tally[village])
