"""Who works in the demo's district: one sign-in per role to look around with, and their colleagues.

Nobody signs in as one of the colleagues. They did what is found done already, so that there is something left to
do for whoever signs in.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from api.deps import Service
from api.domain.access import AreaCode, Role
from api.domain.accounts import NewGrant
from api.domain.divisions import Gazetteer
from api.usecases.accounts import open_account

_SINCE = date(2023, 7, 3)


@dataclass(frozen=True, slots=True)
class Member:
    """``password``: of those whom visitors of the demo sign in as."""

    username: str
    role: Role
    areas: tuple[str, ...]
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Staff:
    """``village`` lies in ``township``: where the liaison and the instructor work whom visitors sign in as."""

    district: str
    townships: tuple[str, ...]
    township: str
    village: str
    neighbours: tuple[str, ...]
    members: tuple[Member, ...]

    @classmethod
    def of(cls, district: str, townships: Iterable[str], village: str, others: Sequence[str]) -> "Staff":
        """``others``: other villages of the township, which share a liaison; the same one where it has no other."""
        all_of, neighbours = tuple(townships), tuple(others) or (village,)
        members = tuple(_members(district, all_of, village, neighbours))
        return cls(district, all_of, village[:9], village, neighbours, members)

    def works_in(self, area: str) -> str:
        """Who does the township's work there: a colleague, where somebody may sign in to see what became of it."""
        return "colleague" if area.startswith(self.township) else f"instructor-{area[:9]}"

    def asks_in(self, area: str) -> str:
        """Who asks there whether the work has helped: somebody else of the township, or the district."""
        return "instructor" if area.startswith(self.township) else "supervisor"


def _members(district: str, townships: tuple[str, ...], village: str, neighbours: tuple[str, ...]) -> Iterator[Member]:
    home = village[:9]
    yield Member("supervisor", Role.DISTRICT_SUPERVISOR, (district,), _password())
    yield Member("instructor", Role.TOWNSHIP_INSTRUCTOR, (home,), _password())
    yield Member("liaison", Role.VILLAGE_LIAISON, (village,), _password())
    yield Member("admin", Role.ADMIN, (district,), _password())
    yield Member("dashboard", Role.DASHBOARD, (district,), _password())
    yield Member("auditor", Role.AUDITOR, (district,), _password())
    yield Member("clerk", Role.DISTRICT_SUPERVISOR, (district,))
    yield Member("colleague", Role.TOWNSHIP_INSTRUCTOR, (home,))
    yield Member("neighbour", Role.VILLAGE_LIAISON, neighbours)
    for township in townships:
        if township != home:
            yield Member(f"instructor-{township}", Role.TOWNSHIP_INSTRUCTOR, (township,))


def _password() -> str:
    return secrets.token_urlsafe(12)


async def engage(service: Service, staff: Staff, gazetteer: Gazetteer) -> dict[str, UUID]:
    """Open everybody's account; the ids by username."""
    ids: dict[str, UUID] = {}
    async with service.store.accounts() as accounts:
        for member in staff.members:
            grants = [NewGrant(_SINCE, None, member.role, AreaCode(area)) for area in member.areas]
            called = gazetteer.name_of(member.areas[0])
            opened = await open_account(
                accounts,
                username=member.username,
                display_name=called,
                grants=grants,
                password=member.password or _password(),
            )
            ids[member.username] = opened.user.id
    return ids
