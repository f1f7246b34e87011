"""Refusals and troubles → problem+json (RFC 9457), in the reader's language; never the submitted value."""

import json
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.domain.errors import DomainError, Fault
from api.messages import CATALOGUE, Language, spoken
from api.schemas.base import faults_of_errors
from api.store.dialect import Trouble, trouble_of

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 100
_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "media_type_unsupported",
}


def language_of(request: Request) -> Language:
    """English when it is asked for before Chinese; Chinese otherwise."""
    wishes = request.headers.get("accept-language", "").lower()
    english, chinese = wishes.find("en"), wishes.find("zh")
    return Language.EN if english >= 0 and not 0 <= chinese < english else Language.ZH


def problem(
    request: Request,
    code: str,
    params: Mapping[str, Any] | None = None,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """One answer for one refusal; ``faults`` name every field that is wrong, ``extra`` members go beside them."""
    language = language_of(request)
    message = CATALOGUE[code]
    text = spoken(code, params or {}, language)
    body = {
        "type": f"/v1/error-codes#{code}",
        "title": code.replace("_", " "),
        "status": status or message.status or 422,
        "detail": text.detail,
        "fix": text.fix,
        "ask": text.ask,
        "instance": f"urn:request:{request_id_of(request)}",
        "code": code,
        "params": dict(params or {}),
        "errors": [error_of(fault, language) for fault in faults[:_MOST_ERRORS]],
        "request_id": request_id_of(request),
        "retryable": message.retryable,
        **(extra or {}),
    }
    shown = {"Content-Language": language.value, "Vary": "Accept-Language", **(headers or {})}
    if message.retryable:
        shown.setdefault("Retry-After", "2")
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status_code=int(str(body["status"])), headers=shown, media_type=MEDIA_TYPE)


def outside(scope: MutableMapping[str, Any], code: str) -> Response:
    """The problem of a request that is refused before anybody reads it."""
    headers = {"Accept-Encoding": "identity"} if code == "encoding_unsupported" else {}
    return problem(Request(scope), code, headers=headers)


def error_of(fault: Fault, language: Language) -> dict[str, Any]:
    """A fault as the wire shows it: where, what, and what to do."""
    text = spoken(fault.code, fault.params, language)
    return {
        "pointer": fault.pointer,
        "code": fault.code,
        "detail": text.detail,
        "fix": text.fix,
        "ask": text.ask,
        "params": dict(fault.params),
    }


def request_id_of(request: Request) -> str:
    return str(request.scope.get("tanfang.request_id", ""))


def code_of(error: BaseException) -> str:
    """The stable code an error is answered with; ``internal_error`` for what nobody foresaw."""
    if isinstance(error, DomainError):
        return error.code
    if isinstance(error, RequestValidationError):
        return "json_invalid" if _is_json_error(error) else "validation_failed"
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.status_code, "bad_request")
    if isinstance(error, ClientDisconnect):  # half way through its request: nobody is left to be told
        return "bad_request"
    match trouble_of(error):
        case Trouble.UNAVAILABLE:
            return "service_unavailable"
        case Trouble.BUSY:
            return "service_busy"
        case Trouble.CLASH:
            return "conflict"
        case Trouble.DATA:
            return "validation_failed"
    return "internal_error"


def answer_to(request: Request, error: BaseException, extra: Mapping[str, Any] | None = None) -> Response:
    """The problem for any error a request ended with; ``extra`` members go beside the usual ones."""
    code = code_of(error)
    if isinstance(error, DomainError):
        headers = {"Retry-After": str(error.params["retry_after"])} if "retry_after" in error.params else {}
        if CATALOGUE[code].status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return problem(request, code, error.params, error.faults, headers, extra=extra)
    if isinstance(error, RequestValidationError):
        faults = () if code == "json_invalid" else faults_of_errors(error.errors())
        return problem(request, code, faults=faults, extra=extra)
    if isinstance(error, HTTPException):
        return problem(request, code, headers=error.headers, status=error.status_code)
    return problem(request, code)


def _is_json_error(error: RequestValidationError) -> bool:
    return any(item["type"] == "json_invalid" for item in error.errors())
