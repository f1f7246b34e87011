"""What the tests of needs and referrals say in one line."""

from dataclasses import dataclass, field
from typing import Any

from tests.builders import DISTRICT, Person, an_instructor
from tests.visits.rounds import Rounds

CONSENT = {"given_by": "self", "on": "2026-11-01"}
EASED = {"result": "eased", "method": "phone"}
NOT_EASED = {"result": "not_eased", "method": "home"}


@dataclass
class Helping(Rounds):
    """``instructor`` does the work, ``colleague`` asks whether it helped."""

    colleague: Person = field(default_factory=an_instructor)

    async def need(self, elder_id: str, kind: str = "daily_care", **said: Any) -> str:
        """A need told by the liaison."""
        return str((await self.does(self.liaison, "/v1/needs", elder_id=elder_id, kind=kind, **said))["id"])

    async def target(self, **said: Any) -> str:
        """A body of the directory, by default one of the district that cares and feeds."""
        form = {
            "area": DISTRICT,
            "kind": "care_provider",
            "name": "涵江居家养老服务中心",
            "serves": ["daily_care", "medical"],
            "active_from": "2026-01-01",
            **said,
        }
        return str((await self.does(self.supervisor, "/v1/referral-targets", **form))["id"])

    async def refers(self, **said: Any) -> dict[str, Any]:
        """The liaison's referral, which is made; to somebody in words unless said, and with the elder's consent."""
        to = {} if "target_id" in said else {"target_text": "江口镇长者食堂"}
        return await self.does(self.liaison, "/v1/referrals", **{"consent": CONSENT, **to, **said})

    async def moves(
        self, referral: dict[str, Any], command: str, by: Person | None = None, **body: Any
    ) -> dict[str, Any]:
        """The instructor's command, which must succeed."""
        return await self.does(by or self.instructor, f"/v1/referrals/{referral['id']}/{command}", **body)

    async def asks_whether_it_helped(self, referral: dict[str, Any], **heard: Any) -> dict[str, Any]:
        return await self.moves(referral, "follow-ups", by=self.colleague, **heard)

    async def delivered(self, **said: Any) -> dict[str, Any]:
        """A referral whose help has arrived."""
        referral = await self.refers(**said)
        await self.moves(referral, "accept")
        return await self.moves(referral, "deliver")

    async def shows(self, path: str, by: Person | None = None) -> Any:
        answer = await self.reads(by or self.instructor, path)
        assert answer.is_success, answer.text
        return answer.json()
