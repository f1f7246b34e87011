"""Signing in and out (RFC 6749, 7009) and the keys that verify our tokens; refusals as RFC 6749 has them."""

from base64 import b64decode
from typing import Annotated, Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse

from api.deps import MyService, MyTrace, Now, public
from api.domain.accounts import ACCESS_TOKEN_LASTS
from api.domain.errors import DomainError
from api.messages import CATALOGUE, Language, spoken
from api.problems import language_of
from api.route import Route
from api.schemas.accounts import ClientTokenOut, KeysOut, TokenErrorOut, TokenOut
from api.usecases.sign_ins import ClientToken, TokenPair, refresh, sign_in, sign_in_client, sign_out

router = APIRouter(route_class=Route, tags=["identity"])
Anybody = Annotated[None, public()]
Word = Annotated[str | None, Form(max_length=64)]
Words = Annotated[str | None, Form(max_length=200)]
Secret = Annotated[str | None, Form(max_length=2048)]

_ERRORS = {
    "token_request_incomplete": "invalid_request",
    "grant_type_unsupported": "unsupported_grant_type",
    "sign_in_failed": "invalid_grant",
    "refresh_token_invalid": "invalid_grant",
    "sign_in_limited": "slow_down",
    "quota_exceeded": "slow_down",
    "second_factor_required": "second_factor_required",
    "second_factor_wrong": "invalid_grant",
    "client_unknown": "invalid_client",
    "client_told_twice": "invalid_request",
    "scope_not_granted": "invalid_scope",
}
_REFUSALS: dict[int | str, dict[str, Any]] = {status: {"model": TokenErrorOut} for status in (400, 401, 429)}
_UNKEPT = {"Cache-Control": "no-store"}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="tanfang", charset="UTF-8"'}


@router.post(
    "/oauth/token",
    response_model=TokenOut | ClientTokenOut,
    responses=_REFUSALS,
    openapi_extra={"x-audit": "write"},
)
async def token(
    _: Anybody,
    request: Request,
    service: MyService,
    trace: MyTrace,
    grant_type: Word = None,
    username: Word = None,
    password: Secret = None,
    otp: Word = None,
    refresh_token: Secret = None,
    client_id: Word = None,
    client_secret: Secret = None,
    scope: Words = None,
) -> Response:
    """Sign in with ``grant_type=password``, or exchange a refresh token; each refresh token works once.

    Where the account has an authenticator, a right password alone is answered ``second_factor_required``: send the same
    again with ``otp``, the code that it shows or a recovery code.

    Another system takes a token with ``grant_type=client_credentials`` (RFC 6749, 4.4), its id and secret by HTTP
    Basic or as fields, and ``scope`` if it wants less than it has; it gets no refresh token and asks again.
    """

    async def granted() -> TokenPair | ClientToken:
        match grant_type:
            case "password":
                who, secret = _stated("username", username), _stated("password", password)
                async with service.quotas.sign_in(trace.source):
                    return await sign_in(service.store, service.tokens, trace, username=who, password=secret, otp=otp)
            case "refresh_token":
                return await refresh(service.store, service.tokens, trace, _stated("refresh_token", refresh_token))
            case "client_credentials":
                who, secret = _client_in(request, client_id, client_secret)
                async with service.quotas.sign_in(trace.source):
                    return await sign_in_client(
                        service.store, service.tokens, trace, client_id=who, secret=secret, scope=scope
                    )
        _stated("grant_type", grant_type)
        raise DomainError("grant_type_unsupported")

    try:
        given = await granted()
    except DomainError as error:
        return _refusal(request, error)
    shown = _pair_out(given) if isinstance(given, TokenPair) else _client_token_out(given)
    return JSONResponse(shown.model_dump(), headers=_UNKEPT)


@router.post("/oauth/revoke", response_class=Response, responses=_REFUSALS, openapi_extra={"x-audit": "write"})
async def revoke(
    _: Anybody,
    request: Request,
    service: MyService,
    trace: MyTrace,
    now: Now,
    token: Secret = None,
    token_type_hint: Word = None,
) -> Response:
    """Sign out: ends the session of an access or refresh token. An unknown token is no error (RFC 7009)."""
    try:
        await sign_out(service.store, service.tokens, trace, _stated("token", token), now)
    except DomainError as error:
        return _refusal(request, error)
    return Response(headers=_UNKEPT)


@router.get("/.well-known/jwks.json")
async def show_keys(_: Anybody, service: MyService, now: Now) -> KeysOut:
    """The public keys (RFC 7517) with which anybody may verify our access tokens."""
    return KeysOut.model_validate(service.tokens.jwks(now))


def _pair_out(pair: TokenPair) -> TokenOut:
    return TokenOut.model_validate(
        {
            "access_token": pair.access,
            "token_type": "Bearer",
            "expires_in": int(ACCESS_TOKEN_LASTS.total_seconds()),
            "refresh_token": pair.refresh,
        }
    )


def _client_token_out(token: ClientToken) -> ClientTokenOut:
    return ClientTokenOut.model_validate(
        {
            "access_token": token.access,
            "token_type": "Bearer",
            "expires_in": int(token.lasts.total_seconds()),
            "scope": " ".join(sorted(token.scopes)),
        }
    )


def _client_in(request: Request, client_id: str | None, secret: str | None) -> tuple[str, str]:
    """Id and secret, by HTTP Basic or as fields, not by both (RFC 6749, 2.3)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":  # a token that is sent along says nothing here
        return _stated("client_id", client_id), _stated("client_secret", secret)
    if secret is not None:
        raise DomainError("client_told_twice")
    try:
        who, colon, kept = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as unreadable:
        raise DomainError("client_unknown") from unreadable
    if not colon:
        raise DomainError("client_unknown")
    return unquote_plus(who), unquote_plus(kept)


def _stated(field: str, value: str | None) -> str:
    if not value:
        raise DomainError("token_request_incomplete", field=field)
    return value


def _refusal(request: Request, error: DomainError) -> Response:
    if error.code not in _ERRORS:
        raise error
    language = language_of(request)
    text, english = (spoken(error.code, error.params, tongue) for tongue in (language, Language.EN))
    shown = TokenErrorOut.model_validate(
        {
            "error": _ERRORS[error.code],
            "error_description": english.detail,
            "code": error.code,
            "detail": text.detail,
            "fix": text.fix,
        }
    )
    headers = _UNKEPT | {"Content-Language": language.value, "Vary": "Accept-Language"}
    if "retry_after" in error.params:
        headers["Retry-After"] = str(error.params["retry_after"])
    status = CATALOGUE[error.code].status
    return JSONResponse(shown.model_dump(), status, headers | (_CHALLENGE if status == 401 else {}))
