"""The registers, opened for one actor; each is made when first asked for."""

from functools import cached_property

from api.store.answers import Answers
from api.store.consents import Consents
from api.store.desk import Desk
from api.store.elders import Elders
from api.store.exceptions import Exceptions
from api.store.facts import Facts
from api.store.history import History
from api.store.obligations import Obligations
from api.store.places import Places
from api.store.stints import Stints
from api.store.tasks import Tasks
from api.store.tiers import Tiers


class Registers:
    """Everything the actor may reach. Every query behind it is narrowed to the actor's areas."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actor = desk.actor
        self.trace = desk.trace
        self.now = desk.now
        self.today = desk.today

    @cached_property
    def answers(self) -> Answers:
        return Answers(self.desk)

    @cached_property
    def places(self) -> Places:
        return Places(self.desk)

    @cached_property
    def history(self) -> History:
        return History(self.desk)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.desk)

    @cached_property
    def obligations(self) -> Obligations:
        return Obligations(self.desk)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.desk)

    @cached_property
    def elders(self) -> Elders:
        return Elders(self.desk)

    @cached_property
    def stints(self) -> Stints:
        return Stints(self.desk)

    @cached_property
    def tiers(self) -> Tiers:
        return Tiers(self.desk)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.desk)

    @cached_property
    def exceptions(self) -> Exceptions:
        return Exceptions(self.desk)
