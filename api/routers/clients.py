"""Machine clients of providers (机器客户端): opened, corrected, disabled; their secrets."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from api.deps import IfMatch, MyAccounts, MyTrace, check_version, etag_of, may
from api.domain.access import Actor, Permission
from api.route import Route
from api.routers.documented import problems, sends
from api.schemas.clients import (
    ClientIn,
    ClientOut,
    ClientTerms,
    NewSecretOut,
    SecretIn,
    SecretOut,
    SecretsOut,
)
from api.schemas.merge_patch import PatchOf
from api.schemas.paging import PAGE_SIZE, Page, PageSize, PageToken
from api.store.clients import Registered
from api.store.paging import decode_token, encode_token
from api.usecases.clients import correct_client, disable_client, give_secret, open_client, revoke_secret

router = APIRouter(prefix="/v1/clients", route_class=Route, tags=["identity"])
Manager = Annotated[Actor, may(Permission.CLIENTS_MANAGE)]
ClientPatch = Annotated[dict[str, Any], PatchOf(ClientTerms), Body(examples=[{"scopes": ["visits:write"]}])]


async def _locked(client_id: UUID, actor: Manager, accounts: MyAccounts) -> Registered:
    return await accounts.clients.locked(actor.areas, client_id)


Locked = Annotated[Registered, Depends(_locked)]


@router.get("", responses=problems(400, 403, 422))
async def list_clients(
    actor: Manager,
    accounts: MyAccounts,
    trace: MyTrace,
    request: Request,
    response: Response,
    provider_id: Annotated[UUID | None, Query()] = None,
    page_size: Annotated[PageSize, Query()] = PAGE_SIZE,
    page_token: Annotated[PageToken | None, Query()] = None,
) -> Page[ClientOut]:
    """The clients of providers in my areas, oldest first; ``provider_id``: of one of them."""
    filters, after = {"provider_id": str(provider_id or "")}, None
    if page_token is not None:
        [last] = decode_token(accounts.sealer, "list_clients", filters, actor.id, page_token)
        after = UUID(last)
    found = await accounts.clients.page(actor.areas, provider_id, after=after, size=page_size + 1)
    shown, token = found[:page_size], None
    if len(found) > page_size:
        token = encode_token(accounts.sealer, "list_clients", filters, actor.id, [str(shown[-1].client.id)])
        response.headers["Link"] = f'<{request.url.include_query_params(page_token=token)}>; rel="next"'
    trace.saw(each.client.id for each in shown)
    return Page.of([_out(each) for each in shown], token)


@router.post("", status_code=201, responses=sends("Location", status=201) | problems(403, 422))
async def create_client(
    form: ClientIn, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> ClientOut:
    """Let a provider's system in; give it a secret next."""
    opened = await open_client(accounts, trace, actor, form)
    response.headers["Location"] = f"/v1/clients/{opened.client.id}"
    return _shown(opened, response)


@router.get("/{client_id}", responses=problems(403, 404))
async def show_client(
    client_id: UUID, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> ClientOut:
    """What a client is let do, and until when."""
    trace.saw([client_id])
    return _shown(await accounts.clients.get(actor.areas, client_id), response)


@router.patch("/{client_id}", responses=problems(403, 404, 412, 422, 428))
async def change_client(
    patch: ClientPatch,
    found: Locked,
    actor: Manager,
    accounts: MyAccounts,
    trace: MyTrace,
    if_match: IfMatch,
    response: Response,
) -> ClientOut:
    """Another name, other scopes or another end (needs If-Match); what narrows it ends its sessions."""
    check_version(if_match, found.user.version)
    await correct_client(accounts, trace, found, patch)
    return _shown(found, response)


@router.post("/{client_id}/disable", responses=problems(403, 404, 409, 412))
async def close_client(
    found: Locked, actor: Manager, accounts: MyAccounts, trace: MyTrace, if_match: IfMatch, response: Response
) -> ClientOut:
    """It signs in no more, for good; within a second its tokens hold nowhere."""
    check_version(if_match, found.user.version)
    await disable_client(accounts, trace, found)
    return _shown(found, response)


@router.get("/{client_id}/secrets", responses=problems(403, 404))
async def list_client_secrets(client_id: UUID, actor: Manager, accounts: MyAccounts, trace: MyTrace) -> SecretsOut:
    """When each secret was given, last used, revoked; never the secrets themselves."""
    found = await accounts.clients.get(actor.areas, client_id)
    trace.saw([client_id])
    rows = await accounts.clients.secrets_of(found.client.id)
    return SecretsOut(data=[SecretOut.model_validate(row) for row in rows])


@router.post("/{client_id}/secrets", status_code=201, responses=problems(403, 404, 409, 422))
async def give_client_secret(
    form: SecretIn, found: Locked, actor: Manager, accounts: MyAccounts, trace: MyTrace, response: Response
) -> NewSecretOut:
    """One more secret, shown this once; at most two live, so that one can take the other's place."""
    given = await give_secret(accounts, trace, actor, found, form)
    response.headers["Cache-Control"] = "no-store"
    return NewSecretOut(**dict(SecretOut.model_validate(given.row)), secret=given.secret)


@router.delete("/{client_id}/secrets/{secret_id}", status_code=204, responses=problems(403, 404, 409))
async def revoke_client_secret(
    secret_id: UUID, found: Locked, actor: Manager, accounts: MyAccounts, trace: MyTrace
) -> Response:
    """It opens nothing any more; within a second neither do the tokens taken with it."""
    await revoke_secret(accounts, trace, found, secret_id)
    return Response(status_code=204)


def _shown(found: Registered, response: Response) -> ClientOut:
    response.headers["ETag"] = etag_of(found.user.version)
    return _out(found)


def _out(found: Registered) -> ClientOut:
    user, client = found.user, found.client
    return ClientOut(
        **client.model_dump(),
        name=user.display_name,
        **user.model_dump(include={"created_at", "created_by", "disabled_at", "version"}),
        etag=etag_of(user.version),
    )
