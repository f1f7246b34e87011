"""What the door to chores opens: the job table, what is kept for a time only, the chain over the audit."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.store.audit_chain import AuditChain
from api.store.crypto import Sealer
from api.store.jobs import Jobs
from api.store.resealing import Resealing
from api.store.retention import Retention


class Chores:
    def __init__(self, session: AsyncSession, now: datetime, sealer: Sealer) -> None:
        self.now = now
        self.jobs = Jobs(session, now)
        self.audit_chain = AuditChain(session, now)
        self.retention = Retention(session, now)
        self.resealing = Resealing(session, sealer)
