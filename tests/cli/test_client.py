"""The client stays signed in and repeats what got lost, without doing anything twice."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.integrations.client import ApiClient, ApiProblem, Unreachable

Answer = Callable[[httpx.Request], httpx.Response]
TOKENS = {"access_token": "first", "refresh_token": "r1", "token_type": "Bearer", "expires_in": 900}


class Service:
    """Answers as told, one answer a request, and remembers what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []
        self._answers = iter(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.bodies.append(request.read())
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def a_client(service: Service, waits: list[float] | None = None) -> ApiClient:
    sleep = (waits if waits is not None else []).append
    return ApiClient("http://tanfang.test", transport=httpx.MockTransport(service), sleep=sleep)


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "…"}, headers=headers)


def test_it_sends_the_token_it_got() -> None:
    service = Service(httpx.Response(200, json=TOKENS), httpx.Response(200, json={}))
    with a_client(service) as api:
        api.sign_in("sup", "secret-secret")
        api.get("/v1/me")
    assert service.asked[1].headers["authorization"] == "Bearer first"
    assert "secret" not in str(service.asked[0].url)


def test_a_wrong_password_is_a_problem() -> None:
    with a_client(Service(problem(400, "sign_in_failed"))) as api, pytest.raises(ApiProblem) as refused:
        api.sign_in("sup", "wrong")
    assert (refused.value.status, refused.value.code) == (400, "sign_in_failed")


def test_an_expired_token_is_refreshed_and_the_request_repeated() -> None:
    fresh = TOKENS | {"access_token": "second", "refresh_token": "r2"}
    service = Service(
        httpx.Response(200, json=TOKENS),
        problem(401, "token_invalid"),
        httpx.Response(200, json=fresh),
        httpx.Response(200, json={"ok": True}),
    )
    with a_client(service) as api:
        api.sign_in("sup", "secret-secret")
        assert api.get("/v1/me").json() == {"ok": True}
    assert b"refresh_token=r1" in service.bodies[2]
    assert "authorization" not in service.asked[2].headers
    assert service.asked[3].headers["authorization"] == "Bearer second"


def test_a_client_signs_in_again_when_its_token_has_run_out() -> None:
    tokens = {"access_token": "first", "token_type": "Bearer", "expires_in": 900}
    service = Service(
        httpx.Response(200, json=tokens),
        problem(401, "token_invalid"),
        httpx.Response(200, json=tokens | {"access_token": "second"}),
        httpx.Response(207, json={}),
    )
    with a_client(service) as api:
        api.sign_in_as_client("centre", "its-secret")
        api.post("/v1/visits/batch", {"items": []}, key="the-key-of-this-batch")
    first, _, again, _ = service.bodies
    assert first == again == b"grant_type=client_credentials&client_id=centre&client_secret=its-secret"
    assert {request.headers.get("idempotency-key") for request in service.asked[1::2]} == {"the-key-of-this-batch"}


@pytest.mark.parametrize(
    "lost",
    [
        httpx.ConnectError("refused"),
        httpx.ReadError("cut"),
        problem(503, "service_unavailable"),
        problem(429, "quota_exceeded"),
    ],
)
def test_what_got_lost_is_sent_again_under_the_same_key(lost: httpx.Response | Exception) -> None:
    service, waits = Service(lost, lost, httpx.Response(201, json={})), list[float]()
    with a_client(service, waits) as api:
        assert api.post("/v1/things", {"a": 1}).status_code == 201
    keys = {request.headers["idempotency-key"] for request in service.asked}
    assert (len(service.asked), len(keys)) == (3, 1)
    assert waits == [0.5, 1.0]


def test_two_posts_have_two_keys() -> None:
    service = Service(httpx.Response(201, json={}), httpx.Response(201, json={}))
    with a_client(service) as api:
        api.post("/v1/things", {})
        api.post("/v1/things", {})
    assert len({request.headers["idempotency-key"] for request in service.asked}) == 2


def test_it_waits_as_long_as_it_is_told_to() -> None:
    service, waits = Service(problem(503, "service_busy", **{"retry-after": "7"}), httpx.Response(200, json={})), []
    with a_client(service, waits) as api:
        api.get("/v1/me")
    assert waits == [7.0]


def test_who_is_told_to_wait_for_long_gets_the_answer() -> None:
    service, waits = Service(problem(429, "sign_in_limited", **{"retry-after": "300"})), list[float]()
    with a_client(service, waits) as api, pytest.raises(ApiProblem) as refused:
        api.sign_in("sup", "wrong")
    assert (refused.value.passing, waits) == (True, [])


def test_a_request_that_is_still_worked_on_is_asked_for_again() -> None:
    service = Service(problem(409, "request_in_progress"), httpx.Response(201, json={}))
    with a_client(service) as api:
        assert api.post("/v1/things", {}).status_code == 201


def test_a_conflict_is_final() -> None:
    service = Service(problem(409, "wrong_state"))
    with a_client(service) as api, pytest.raises(ApiProblem):
        api.post("/v1/things", {})


def test_it_gives_up_in_the_end() -> None:
    with a_client(Service(*[httpx.ConnectError("refused")] * 5)) as api, pytest.raises(Unreachable):
        api.get("/v1/me")


def test_a_file_is_sent_whole_each_time_and_its_progress_told(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_bytes(b"x" * 150_000)
    service = Service(problem(503, "service_unavailable"), httpx.Response(201, json={}))
    told: list[int] = []
    with a_client(service) as api:
        api.upload("/v1/visit-imports", file, "text/csv", {"mode": "validate"}, told.append)
    assert [len(body) for body in service.bodies] == [150_000, 150_000]
    assert told == [65536, 131072, 150_000] * 2
    sent = service.asked[0]
    assert (sent.headers["content-length"], sent.headers["content-type"]) == ("150000", "text/csv")
    assert "transfer-encoding" not in sent.headers
    assert sent.url.params["mode"] == "validate"


def test_an_answer_that_is_no_problem_document_is_still_told() -> None:
    service = Service(httpx.Response(404, text="<html>"))
    with a_client(service) as api, pytest.raises(ApiProblem) as refused:
        api.get("/v1/nothing")
    assert refused.value.problem["detail"] == "HTTP 404"
