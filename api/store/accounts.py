"""What the door to accounts opens: people, their sign-ins, nothing about elders."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.domain.months import civil_date
from api.store.answers import Answers
from api.store.clients import Clients
from api.store.crypto import Sealer
from api.store.quotas import Quotas
from api.store.second_factors import SecondFactors
from api.store.sessions import Failures, RefreshTokens, Sessions
from api.store.users import Users


class Accounts:
    def __init__(self, session: AsyncSession, now: datetime, sealer: Sealer) -> None:
        self.now = now
        self.sealer = sealer
        self.users = Users(session, now)
        self.clients = Clients(session, now)
        self.sessions = Sessions(session, now, self.users)
        self.refresh_tokens = RefreshTokens(session, now, sealer)
        self.answers = Answers(session, sealer, now)
        self.failures = Failures(session, now, sealer)
        self.second_factors = SecondFactors(session, now, sealer)
        self.quotas = Quotas(session, sealer)

    @property
    def today(self) -> date:
        return civil_date(self.now)
