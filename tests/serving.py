"""Real servers for tests: the service in processes of its own, on 127.0.0.1."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.security import Keys, write_keys
from tests.conftest import ROOT, Urls

_START_SECONDS = 60.0


@contextmanager
def served(urls: Urls, keys: Keys, folder: Path, *, now: str) -> Iterator[str]:
    """One server process on its own port, in test mode with a standing clock; answers its base URL."""
    keys_file = folder / "keys.json"
    if not keys_file.exists():
        write_keys(keys_file, keys)
    port = _free_port()
    environment = os.environ | {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": urls.app,
        "TANFANG_OWNER_DATABASE_URL": urls.owner,
        "TANFANG_KEYS_FILE": str(keys_file),
        "TANFANG_NOW": now,
        "TANFANG_HOST": "127.0.0.1",
        "TANFANG_PORT": str(port),
        "TANFANG_RUN_JOBS": "false",
        "TANFANG_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.serving"], cwd=ROOT, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended at once with {process.returncode}")
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not answer in time")


if __name__ == "__main__":
    import uvicorn

    from api.main import create_app, enveloped
    from api.settings import Settings

    _settings = Settings()
    uvicorn.run(
        enveloped(create_app(_settings), _settings),
        host=_settings.host,
        port=_settings.port,
        log_level="error",
        server_header=False,
    )
