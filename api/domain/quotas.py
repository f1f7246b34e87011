"""How often a credential may ask: so many requests in each minute of the clock, whichever process answers.

A process takes requests out of a credential's minute some at a time, so that the database is not asked for
every one; never more are answered than the quota allows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from math import ceil

WINDOW = timedelta(minutes=1)
_LEASES = 20  # into which a quota is cut


@dataclass(frozen=True, slots=True)
class Quota:
    """``name``: as the answers call it. ``most``: requests in a window; 0: as many as come."""

    name: str
    most: int

    @property
    def lease(self) -> int:
        return max(1, self.most // _LEASES)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a credential stands after a request. ``left``: what may follow in this window, ``resets_in`` seconds.

    ``refused``: how many this process has refused in the window, this request included.
    """

    quota: Quota
    left: int
    resets_in: int
    refused: int


def window_at(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def seconds_left(now: datetime) -> int:
    """Of the window, at least one."""
    return max(1, ceil((window_at(now) + WINDOW - now) / timedelta(seconds=1)))


def source_of(address: str) -> str:
    """Who counts as one sender: an address, of IPv6 its network of 64 bits, in which a host names itself (RFC 8981)."""
    try:
        told = ip_address(address)
    except ValueError:  # no address: the command line, or a name of ours
        return address
    if isinstance(told, IPv4Address):
        return str(told)
    return str(told.ipv4_mapped or IPv6Network((int(told), 64), strict=False))
