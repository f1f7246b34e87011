"""No test leaves this machine: whatever reaches for another host fails where it does so."""

import sys
from ipaddress import ip_address
from typing import Any

import pytest


class NetworkReached(RuntimeError):
    """A test tried to reach another host."""


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_stay_here)


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        raise NetworkReached(f"{event}: {host}")


def _is_here(host: str | bytes | None) -> bool:
    """Whether a socket address' host is this machine; None stands for Unix sockets and "any"."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else host
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
