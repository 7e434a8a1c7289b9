"""The one mapping of errors and refusals to HTTP: RFC 9457 problem+json."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from pydantic import ValidationError

from functions.http.access import roles_needed
from functions.http.errors import Forbidden, NoSuchThing, NotThroughFrontDoor, Unprocessable
from functions.http.reading import FORMS
from functions.http.request import correlation_id
from functions.rights import BY_PEOPLE
from functions.runtime.telemetry import logger
from kenpin.domain.dataset.refusals import ExportTooLarge, NothingToExport
from kenpin.domain.decider import Missing, Refusal
from kenpin.domain.invalid import wording
from kenpin.domain.member.events import EVERYWHERE
from kenpin.domain.project.refusals import ValidityHasPassed
from kenpin.domain.run.refusals import NotADate
from kenpin.ports import (
    CannotSign,
    CommitTooLarge,
    ConcurrencyConflict,
    DatabaseWakes,
    EntityConflict,
    KeyReused,
    NotFound,
    OutOfSpace,
    RowsAhead,
    Unavailable,
)

Problem = Response[str]
STATUSES: Final[Mapping[type[Refusal], HTTPStatus]] = {
    ValidityHasPassed: HTTPStatus.BAD_REQUEST,
    Unprocessable: HTTPStatus.UNPROCESSABLE_ENTITY,
    ExportTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    NothingToExport: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotADate: HTTPStatus.UNPROCESSABLE_ENTITY,
    Missing: HTTPStatus.NOT_FOUND,
    Refusal: HTTPStatus.CONFLICT,
}
"""The first class that a refusal is of gives its status."""
ERRORS: Final[Mapping[type[Exception], HTTPStatus]] = {
    NotThroughFrontDoor: HTTPStatus.FORBIDDEN,
    ConcurrencyConflict: HTTPStatus.PRECONDITION_FAILED,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    CommitTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    CannotSign: HTTPStatus.CONFLICT,
    NotFound: HTTPStatus.NOT_FOUND,
    RowsAhead: HTTPStatus.SERVICE_UNAVAILABLE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
WAKES_IN_S: Final = 5
"""Seconds after which to ask again; a paused Aurora takes about 15."""


def problem(status: HTTPStatus, code: str, detail: str, **more: object) -> Problem:
    """Build a problem. `status` gives the title; browsers translate `code`; `detail` is for other readers."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
        "instance": BaseRouter.current_event.path,
        "correlation_id": correlation_id(),
        **more,
    }
    headers = {"Retry-After": "1"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(status.value, "application/problem+json", json.dumps(body, ensure_ascii=False), headers)


def _out_of_space(error: OutOfSpace) -> Problem:
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, "OutOfSpace", str(error))
    answer.headers["Retry-After"] = "30"
    return answer


def _forbidden(error: Forbidden) -> Problem:
    roles, place = sorted(roles_needed(error.access.operation)), error.project_id
    where = "the whole installation" if place == EVERYWHERE else f"project {place}"
    if error.access.token and error.access.operation in BY_PEOPLE:
        detail = "a token makes no tokens; sign in and make it yourself"
    else:
        detail = (
            f"this needs the role {' or '.join(roles) or 'of nobody'} in {where}; an admin there can grant it"
        )
    return problem(
        HTTPStatus.FORBIDDEN, "Forbidden", detail, needs=roles, project_id=place, admins=error.admins
    )


def _refusal(refusal: Refusal) -> Problem:
    status = next(status for kind, status in STATUSES.items() if isinstance(refusal, kind))
    return problem(status, code_of(refusal), str(refusal), parameters=refusal.parameters)


def _entity_conflict(error: EntityConflict) -> Problem:
    conflicts = [{"image_id": id, "expected": e, "actual": a} for id, (e, a) in error.conflicts.items()]
    detail = "someone else changed these images first; look at both and send your decision again"
    return problem(HTTPStatus.CONFLICT, "EntityConflict", detail, conflicts=conflicts)


def _invalid(error: RequestValidationError | ValidationError) -> Problem:
    found = {tuple(e["loc"]): e for e in error.errors()}
    errors = [
        {
            "where": ".".join(map(str, place[1:] if place[:1] == ("body",) else place)) or "body",
            "what": wording(each),
            "code": each["type"],
            "parameters": {name: str(value) for name, value in each.get("ctx", {}).items()},
        }
        for place, each in found.items()
        if not any(other != place and other[: len(place)] == place for other in found)
    ]
    detail = "; ".join(f"{e['where']}: {e['what']}" for e in errors[:3])
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", detail, errors=errors)


def _no_json(_: RequestUnsupportedContentType) -> Problem:
    if BaseRouter.current_event.path in FORMS:
        detail = "only forms are read here; send Content-Type: multipart/form-data with a boundary"
        return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "NotAForm", detail)
    return problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "NotJson",
        "only JSON is read here; send Content-Type: application/json",
    )


def _not_found(error: NotFoundError) -> Problem:
    """Report a missing thing by name, or a missing route."""
    no_route = error.msg == NotFoundError().msg
    detail = f"there is nothing at {BaseRouter.current_event.path}" if no_route else str(error.msg)
    named = {"parameters": error.parameters} if isinstance(error, NoSuchThing) else {}
    return problem(HTTPStatus.NOT_FOUND, "NotFound", detail, **named)


def _unexpected(error: Exception) -> Problem:
    logger.exception("unexpected error", correlation_id=correlation_id())
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Unexpected",
        "something broke here; a part of the request may be stored, so look before you send it again",
    )


def _service_error(error: ServiceError) -> Problem:
    return problem(HTTPStatus(error.status_code), code_of(error), str(error.msg))


def _database_wakes(error: DatabaseWakes) -> Problem:
    """Build the problem on which the browser waits and asks again."""
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, "DatabaseWakes", str(error), waking=True)
    answer.headers["Retry-After"] = str(WAKES_IN_S)
    return answer


def _with_status(status: HTTPStatus) -> Callable[[Exception], Problem]:
    return lambda error: problem(status, code_of(error), str(error))


def code_of(error: Exception) -> str:
    return type(error).__name__


def report_problems(app: APIGatewayHttpResolver) -> None:
    """Turn every error of this resolver into a problem."""
    app.exception_handler([Forbidden])(_forbidden)
    app.exception_handler([Refusal])(_refusal)
    app.exception_handler([EntityConflict])(_entity_conflict)
    app.exception_handler([OutOfSpace])(_out_of_space)
    app.exception_handler([DatabaseWakes])(_database_wakes)
    for error, status in ERRORS.items():
        app.exception_handler([error])(_with_status(status))
    app.exception_handler([RequestValidationError, ValidationError])(_invalid)
    app.exception_handler([RequestUnsupportedContentType])(_no_json)
    app.exception_handler([ServiceError])(_service_error)
    app.exception_handler([Exception])(_unexpected)
    app.not_found(_not_found)
