"""Visit records in: one at a time or in batches, all through the intake door."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Header, Request, Response

from api.deps import MyIntake, MyTrace, may
from api.domain.access import Actor, Permission
from api.domain.errors import DomainError, Forbidden
from api.problems import language_of, problem
from api.route import Route
from api.routers.documented import problems
from api.schemas.visit_answers import BatchOut, RefusedVisitOut, VisitItemOut
from api.schemas.visits import Atomic, BatchIn, RawVisit
from api.store import Trace
from api.store.answers import Answer, Once
from api.usecases.enlisting import Roster
from api.usecases.intake import Submission
from api.usecases.taken import Taken
from api.usecases.visit_reports import batch_of, item_of

router = APIRouter(prefix="/v1/visits", route_class=Route, tags=["visits"])
Recorder = Annotated[Actor, may(Permission.VISIT_RECORD)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=16, max_length=255)]
_JSON = {"content-type": "application/json"}


@router.post(
    "",
    status_code=201,
    response_model=VisitItemOut,
    responses={
        200: {"model": VisitItemOut},
        202: {"model": VisitItemOut},
        **problems(403),
        **problems(409, 422, extended=RefusedVisitOut),
    },
)
async def post_visit(
    record: Annotated[RawVisit, Body()],
    request: Request,
    actor: Recorder,
    intake: MyIntake,
    trace: MyTrace,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Record one visit (Annex 4). Sent again it is `unchanged`; the answer says what it counted toward."""
    submission = Submission(
        trace=trace,
        source=actor.source,
        records=[record],
        render=_single(request, trace),
        once=once_of(actor, trace.operation, idempotency_key, record),
    )
    return _response(await intake.take(actor, submission))


@router.post(
    "/batch",
    status_code=207,
    response_model=BatchOut,
    responses={422: {"model": BatchOut}, **problems(403, 409)},
)
async def post_visits(
    batch: BatchIn,
    request: Request,
    actor: Recorder,
    intake: MyIntake,
    trace: MyTrace,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Record up to 500 visits; each is answered by itself, in order. `mode=validate` is a dry run.

    The sender's `workers` are registered or corrected first, and answered one by one as well.
    """
    if batch.workers and actor.worker_id is not None:
        raise Forbidden()  # somebody who comes alone keeps no roster
    roster = Roster(batch.workers)
    submission = Submission(
        trace=trace,
        source=actor.source,
        records=batch.items,
        roster=roster,
        render=_many(request, batch, roster),
        mode=batch.mode,
        atomic=batch.atomic,
        once=once_of(actor, trace.operation, idempotency_key, batch.model_dump(mode="json")),
    )
    return _response(await intake.take(actor, submission))


def once_of(actor: Actor, operation: str, key: str | None, body: object) -> Once | None:
    if key is None:
        return None
    if not all(33 <= ord(character) <= 126 for character in key):
        raise DomainError("idempotency_key_invalid")
    return Once(str(actor.id), operation, key, body)


def _single(request: Request, trace: Trace) -> Callable[[Sequence[Taken]], Answer]:
    language = language_of(request)

    def render(taken: Sequence[Taken]) -> Answer:
        item = item_of(taken[0], 0, language)
        if not taken[0].rejected:
            return Answer(item.status, _JSON, item.model_dump_json().encode())
        errors = taken[0].errors
        code = errors[0].code if len(errors) == 1 else "validation_failed"
        params = errors[0].params if len(errors) == 1 else {}
        trace.result = code
        opened = {"opened": item.opened.model_dump(mode="json")}
        refused = problem(request, code, params, errors, status=item.status, extra=opened)
        return Answer(refused.status_code, dict(refused.headers), bytes(refused.body))

    return render


def _many(request: Request, batch: BatchIn, roster: Roster) -> Callable[[Sequence[Taken]], Answer]:
    language = language_of(request)

    def render(taken: Sequence[Taken]) -> Answer:
        refused = batch.atomic is Atomic.ALL and (roster.rejected or any(each.rejected for each in taken))
        body = batch_of(taken, roster, batch.mode, batch.atomic, language)
        return Answer(422 if refused else 207, _JSON, body.model_dump_json().encode())

    return render


def _response(answer: Answer) -> Response:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return Response(answer.body, status_code=answer.status, headers=headers)
