"""Real servers for tests, on 127.0.0.1: the service in processes of its own, or in a thread where that will do.

A process is forked from one that has imported the service already: a tenth of a second instead of three.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Thread

import httpx
import uvicorn
from fastapi import FastAPI

from api.deps import Service
from api.main import create_app, enveloped
from api.security import Keys, write_keys
from api.settings import Settings
from tests.conftest import ROOT, Urls

_START_SECONDS = 60.0
_forks = get_context("forkserver")
_forks.set_forkserver_preload(["api.cli", "tests.serving"])


@contextmanager
def served(urls: Urls, keys: Keys, folder: Path, *, now: str) -> Iterator[str]:
    """One server process on its own port, in test mode with a standing clock; answers its base URL."""
    keys_file = folder / "keys.json"
    if not keys_file.exists():
        write_keys(keys_file, keys)
    port = free_port()
    environment = os.environ | {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": urls.app,
        "TANFANG_OWNER_DATABASE_URL": urls.owner,
        "TANFANG_KEYS_FILE": str(keys_file),
        "TANFANG_NOW": now,
        "TANFANG_HOST": "127.0.0.1",
        "TANFANG_PORT": str(port),
        "TANFANG_RUN_JOBS": "false",
        "TANFANG_DRAIN_SECONDS": "0",
        "TANFANG_LOG_LEVEL": "ERROR",
    }
    with forked(_serve, environment, folder / f"server-{port}.log") as process:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"


@dataclass(frozen=True, slots=True)
class Forked:
    """A process of the service. ``log``: the file with all that it says."""

    log: Path
    _process: ForkServerProcess

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    @property
    def status(self) -> int | None:
        """How it ended, if it did."""
        return self._process.exitcode

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float) -> int:
        """How it ends. Raises AssertionError if it does not."""
        self._process.join(seconds)
        assert self.status is not None, f"it still runs after {seconds} s: {self.said}"
        return self.status


@contextmanager
def forked(run: Callable[[], object], environment: Mapping[str, str], log: Path) -> Iterator[Forked]:
    """A process that does ``run`` in the repository's folder until it is told to stop."""
    log.touch()
    process = _forks.Process(target=_run, args=(run, dict(environment), log), daemon=True)
    process.start()
    forked = Forked(log, process)
    try:
        yield forked
    finally:
        forked.terminate()
        forked.wait(30)
        process.close()


def _run(run: Callable[[], object], environment: Mapping[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    run()


def _serve() -> None:
    settings = Settings()
    app = enveloped(create_app(settings), settings)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="error", server_header=False)


@contextmanager
def served_beside(application: FastAPI, service: Service) -> Iterator[str]:
    """The application in a thread, which alone uses ``service`` and closes it; answers its base URL at once."""
    before, application.state.service = application.state.service, service
    config = uvicorn.Config(
        enveloped(application, service.settings), lifespan="off", log_config=None, server_header=False
    )
    server = uvicorn.Server(config)

    async def run(place: socket.socket) -> None:
        await server.serve(sockets=[place])
        await service.store.close()

    with socket.create_server(("127.0.0.1", 0)) as place:
        thread = Thread(target=lambda: asyncio.run(run(place)))
        thread.start()
        try:
            yield f"http://127.0.0.1:{place.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            application.state.service = before


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: Forked) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.status is not None:
            raise AssertionError(f"the server ended at once with {process.status}: {process.said}")
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not answer in time")
