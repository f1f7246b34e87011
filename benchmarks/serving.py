"""One worker process of the product or of the echo, on 127.0.0.1, with uvicorn's defaults."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.district import District


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int


def environment_of(district: District) -> dict[str, str]:
    """What a process of the service needs to know."""
    settings = district.settings
    return os.environ | {
        "TANFANG_MODE": "test",
        "TANFANG_DATABASE_URL": settings.database_url.get_secret_value(),
        "TANFANG_OWNER_DATABASE_URL": settings.owner_url,
        "TANFANG_KEYS_FILE": str(settings.keys_file),
        "TANFANG_LOG_LEVEL": "ERROR",
    }


@contextmanager
def serving(what: str, district: District, folder: Path) -> Iterator[Server]:
    """``what``: api or echo."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / f"{what}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", what, str(port)],
            env=environment_of(district),
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, process)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the server ended at once with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer in time")


def _serve(what: str, port: int) -> None:
    import uvicorn

    from api.main import create_app, enveloped
    from api.settings import Settings
    from benchmarks.echo import create_echo

    settings = Settings()
    keys_file = settings.keys_file or Path("keys.json")
    app = create_echo(keys_file) if what == "echo" else enveloped(create_app(settings), settings)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
