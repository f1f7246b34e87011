"""Tokens, machines' secrets, and the settings that hold secrets: what is forged, stale, weak or open does not pass."""

import asyncio
import json
import os
import statistics
import time
from base64 import b64encode, urlsafe_b64decode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from api.cli import app as tanfang
from api.security import Keys, write_keys
from tests.accounts.centre import EVERYTHING, Centre
from tests.accounts.signing import bearing, within_a_second
from tests.builders import settle
from tests.conftest import Urls
from tests.duty.office import code
from tests.elders.forms import stored_rows
from tests.promises.forging import forgeries
from tests.promises.names import promise
from tests.promises.plugin import Counted, Heard, Told
from tests.providers.forces import a_force, signed
from tests.serving import forked, served
from tests.visits.rounds import Rounds

# --- P35 ----------------------------------------------------------------------------------------------

ENDPOINTS = [
    ("GET", "/v1/me"),
    ("GET", "/v1/worklist"),
    ("POST", "/v1/visits"),
    ("POST", "/v1/elders/search"),
    ("PATCH", "/v1/users/0198f1f0-0000-7000-8000-000000000000"),
]


@promise("P35")
async def test_a_forged_token_is_refused_wherever_it_is_shown(
    rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path, told: Told
) -> None:
    now = rounds.clock.now
    good = await settle(rounds.service, rounds.instructor)
    with served(database, keys, tmp_path, now=now.isoformat()) as url:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {good}"})).status_code == 200
            shown, seconds = list(forgeries(keys, good, now)), list[float]()
            for name, token in shown:
                for method, path in ENDPOINTS:
                    began = time.perf_counter()
                    answer = await client.request(method, path, headers={"Authorization": f"Bearer {token}"})
                    seconds.append(time.perf_counter() - began)
                    assert answer.status_code in (401, 431), (name, method, path, answer.text)
                    assert answer.status_code == 431 or answer.headers["www-authenticate"] == "Bearer"
    assert len(shown) >= 40
    median = statistics.median(seconds)
    assert median < 0.02
    told(f"{len(shown)} forgeries at {len(ENDPOINTS)} operations: refused, median {median * 1000:.1f} ms")


# --- P36 ----------------------------------------------------------------------------------------------


@pytest.fixture
async def centre(rounds: Rounds, client: httpx.AsyncClient) -> Centre:
    """With a running contract over the township."""
    force = await a_force(rounds)
    await signed(rounds, force)
    form = {"provider_id": force["id"], "name": "关爱服务中心系统", "scopes": EVERYTHING}
    return Centre(rounds, force["id"], await rounds.does(rounds.supervisor, "/v1/clients", **form), client)


@pytest.fixture
async def two(rounds: Rounds, database: Urls, keys: Keys, tmp_path: Path) -> AsyncIterator[Sequence[httpx.AsyncClient]]:
    """A client of each of two processes."""
    async with AsyncExitStack() as stack:
        now = rounds.clock.now.isoformat()
        urls = [stack.enter_context(served(database, keys, tmp_path, now=now)) for _ in range(2)]
        yield [await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60)) for url in urls]


@promise("P36")
async def test_a_secret_is_random_and_kept_as_a_hash(centre: Centre, database: Urls) -> None:
    given = [(await centre.secret())["secret"] for _ in range(2)]
    rows = stored_rows(database, "SELECT hash FROM client_secrets")
    assert {bytes(row["hash"]) for row in rows} == {sha256(secret.encode()).digest() for secret in given}
    assert all(len(urlsafe_b64decode(secret.removeprefix("tanfang_") + "=")) >= 32 for secret in given)
    shown = (await centre.changes(name="服务系统")).text
    assert not any(secret in shown for secret in given)


@promise("P36")
async def test_a_secret_in_an_address_is_no_credential_and_is_not_logged(
    centre: Centre, two: Sequence[httpx.AsyncClient], tmp_path: Path
) -> None:
    secret = (await centre.secret())["secret"]
    for path in ("/v1/me", "/v1/visits"):
        answer = await two[0].get(path, params={"client_secret": secret, "access_token": secret})
        assert answer.status_code == 401
    asked = {"grant_type": "client_credentials", "client_id": centre.client["id"], "client_secret": secret}
    assert (await two[0].post("/oauth/token", params=asked)).status_code == 400
    assert secret not in _logged(tmp_path)


@promise("P36")
async def test_secrets_change_under_load_and_nothing_fails(
    centre: Centre, two: Sequence[httpx.AsyncClient], counted: Counted, told: Told, progress: Heard
) -> None:
    turns, statuses = counted(2, 20), list[int]()
    secret = (await centre.secret())["secret"]
    current, over = [secret], asyncio.Event()

    async def works(client: httpx.AsyncClient) -> None:
        while not over.is_set():
            form = {"grant_type": "client_credentials", "client_id": centre.client["id"], "client_secret": current[0]}
            token = await client.post("/oauth/token", data=form)
            answer = await client.get("/v1/me", headers=bearing(token.json())) if token.is_success else token
            statuses.append(answer.status_code)

    async with asyncio.TaskGroup() as tasks:
        for client in two:
            tasks.create_task(works(client))
        living = await _living(centre)
        for turn in range(turns):
            another = await centre.secret()
            current[0] = another["secret"]
            await asyncio.sleep(0.3)  # whoever had asked with the old one has his answer
            assert (await centre.revokes(living)).status_code == 204
            living = another["id"]
            progress(turn + 1, turns)
        over.set()
    assert set(statuses) <= {200, 401}
    told(f"{turns} changes of the secret, {len(statuses)} requests over two processes: {statuses.count(200)} done")
    assert statuses.count(401) <= turns * len(two)  # a token taken with the one that was just revoked


def _logged(folder: Path) -> str:
    return "".join(log.read_text("utf-8") for log in folder.glob("*.log"))


async def _living(centre: Centre) -> str:
    client = await centre.rounds.client(centre.rounds.supervisor)
    [secret] = (await client.get(f"{centre.path}/secrets")).json()["data"]
    return str(secret["id"])


@promise("P36")
async def test_a_revoked_secret_opens_nothing_on_any_process_within_a_second(
    centre: Centre, two: Sequence[httpx.AsyncClient]
) -> None:
    given = await centre.secret()
    token = await centre.token(given["secret"])
    for client in two:
        assert (await client.get("/v1/me", headers=bearing(token))).status_code == 200
    assert (await centre.revokes(given["id"])).status_code == 204
    await asyncio.gather(
        *(within_a_second(partial(client.get, "/v1/me", headers=bearing(token)), 401) for client in two)
    )
    form = {"grant_type": "client_credentials", "client_id": centre.client["id"], "client_secret": given["secret"]}
    assert [(await client.post("/oauth/token", data=form)).status_code for client in two] == [401, 401]


@promise("P36")
async def test_a_secret_ends_within_a_year_and_there_are_two_at_most(centre: Centre) -> None:
    client = await centre.rounds.client(centre.rounds.supervisor)
    late = await client.post(f"{centre.path}/secrets", json={"expires_at": "2027-12-01T00:00:00Z"})
    assert late.status_code == 422
    for _ in range(2):
        await centre.secret()
    assert (await client.post(f"{centre.path}/secrets", json={})).status_code == 409


@promise("P36")
async def test_another_providers_elder_is_as_unknown(centre: Centre) -> None:
    token = await centre.token((await centre.secret())["secret"])
    elder_id = await centre.rounds.elder(village="350303105201")
    seen = [
        await centre.http.get(f"/v1/elders/{which}", headers=bearing(token))
        for which in (elder_id, "0198f1f0-0000-7000-8000-000000000000")
    ]
    assert [code(answer) for answer in seen] == ["404 not_found"] * 2


# --- P37 ----------------------------------------------------------------------------------------------

Spoil = Callable[[Path], Mapping[str, str]]
"""Makes a key file bad, or says which variables are."""


def _mode(number: int) -> Spoil:
    def spoil(file: Path) -> Mapping[str, str]:
        file.chmod(number)
        return {}

    return spoil


def _gone(file: Path) -> Mapping[str, str]:
    file.unlink()
    return {}


def _no_json(file: Path) -> Mapping[str, str]:
    file.write_text("secret: yes")
    return {}


def _part(place: str, value: object) -> Spoil:
    def spoil(file: Path) -> Mapping[str, str]:
        document = json.loads(file.read_text())
        *way, last = place.split(".")
        within = document
        for step in way:
            within = within[step]
        within[last] = document["index"] if value == "index" else value
        file.write_text(json.dumps(document))
        return {}

    return spoil


def _set(**variables: str) -> Spoil:
    return lambda _: {f"TANFANG_{name.upper()}": value for name, value in variables.items()}


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes | None = None) -> str:
    sealed = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed).decode()


WEAK = "changeme"
REFUSED: dict[str, tuple[Spoil, str]] = {
    "no keys at all": (_set(keys_file=""), "TANFANG_KEYS_FILE"),
    "keys that are not there": (_gone, "keys.json"),
    "keys that others read": (_mode(0o644), "keys.json"),
    "keys that the group reads": (_mode(0o640), "keys.json"),
    "keys that are none": (_no_json, "keys.json"),
    "a short sealing key": (_part("sealing.keys.1", b64encode(bytes(range(31))).decode()), "sealing.keys.1"),
    "a placeholder": (_part("index", b64encode(WEAK.encode() * 4).decode()), "index"),
    "zeros": (_part("sealing.keys.1", b64encode(bytes(32)).decode()), "sealing.keys.1"),
    "one key for two things": (_part("sealing.keys.1", "index"), "the same as"),
    "no index key": (_part("index", None), "index"),
    "a current key that is not there": (_part("signing.current", "another"), "signing.current"),
    "a key of another kind": (_part("signing.keys.k", _pem(rsa.generate_private_key(65537, 2048))), "signing.keys.k"),
    "a key of another curve": (
        _part("signing.keys.k", _pem(ec.generate_private_key(ec.SECP384R1()))),
        "signing.keys.k",
    ),
    "a key under a password": (
        _part("signing.keys.k", _pem(ec.generate_private_key(ec.SECP256R1()), b"changeme")),
        "signing.keys.k",
    ),
    "keys from two places": (_set(keys="{}"), "TANFANG_KEYS"),
    "a clock that stands": (_set(now="2026-11-03T10:00:00+08:00"), "TANFANG_NOW"),
    "the password of a beginner": (
        _set(database_url=f"postgresql://tanfang_app:{WEAK}@127.0.0.1:1/tanfang"),
        "TANFANG_DATABASE_URL",
    ),
    "a password like the name": (
        _set(owner_database_url="postgresql://tanfang_owner:tanfang_owner@127.0.0.1:1/tanfang"),
        "TANFANG_OWNER_DATABASE_URL",
    ),
    "a demo for others": (_set(mode="demo", host="0.0.0.0"), "TANFANG_HOST"),
    "tests for others": (_set(mode="test", host="0.0.0.0"), "TANFANG_HOST"),
    "a mode that is none": (_set(mode="debug"), "TANFANG_MODE"),
    "a role that is none": (_set(second_factor_roles="boss"), "TANFANG_SECOND_FACTOR_ROLES"),
}


@promise("P37")
async def test_what_is_weak_or_open_is_named_and_nothing_is_served(
    tmp_path: Path, counted: Counted, told: Told, progress: Heard
) -> None:
    chosen = list(REFUSED.items())[:: counted(5, 1)]
    slowest = 0.0
    for number, (name, (spoil, named)) in enumerate(chosen):
        folder = tmp_path / str(number)
        write_keys(folder / "keys.json", Keys.generate())
        secrets = _secrets_in(folder / "keys.json")
        environment = _usual(folder) | spoil(folder / "keys.json")
        began = time.monotonic()
        with forked(partial(tanfang, ["serve"]), environment, folder / "log") as process:
            status = await asyncio.to_thread(process.wait, 20)
        slowest = max(slowest, time.monotonic() - began)
        assert status != 0, name
        assert named in process.said, (name, process.said)
        assert "Traceback" not in process.said, (name, process.said)
        assert not any(secret in process.said for secret in (*secrets, WEAK)), name
        progress(number + 1, len(chosen))
    told(f"{len(chosen)} starts with bad settings: refused, the slowest after {slowest:.1f} s")


def _usual(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANFANG_")}
    return kept | {
        "TANFANG_DATABASE_URL": f"sqlite:///{folder}/tanfang.db",
        "TANFANG_KEYS_FILE": str(folder / "keys.json"),
        "TANFANG_PORT": "0",
    }


def _secrets_in(file: Path) -> list[str]:
    document: dict[str, Any] = json.loads(file.read_text())
    pems = document["signing"]["keys"].values()
    return [document["index"], *document["sealing"]["keys"].values(), *(pem.splitlines()[1] for pem in pems)]


@promise("P37")
def test_a_new_database_has_no_account_that_anybody_knows(database: Urls) -> None:
    assert stored_rows(database, "SELECT username FROM users") == []
