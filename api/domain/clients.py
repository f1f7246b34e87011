"""Machine clients: the systems of providers, which sign in with a secret and are let do as much as their scopes say.

Two secrets may live at once, so that one takes the other's place while both work.
"""

from datetime import timedelta

from api.domain.access import Scope
from api.domain.errors import DomainError

MOST_SECRETS = 2
MARK_OF_SECRETS = "tanfang_"  # by which whoever looks through code and logs for secrets knows one of ours
SECRET_LASTS = timedelta(days=365)  # at most, and unless an earlier end is said


def username_of(client_id: str) -> str:
    """The account's name; no person's has a colon, so nobody signs in to it with a password."""
    return f"client:{client_id}"


def granted(held: frozenset[Scope], asked: str | None) -> frozenset[Scope]:
    """The scopes asked for, separated by spaces, or all there are (RFC 6749, 3.3).

    Raises ``scope_not_granted`` for one that is unknown or not held.
    """
    wanted = set((asked or "").split()) or held
    if not wanted <= held:
        raise DomainError("scope_not_granted", held=" ".join(sorted(held)))
    return frozenset(scope for scope in held if scope in wanted)
