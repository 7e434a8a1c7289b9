"""Authorise each request before its handler, by the table of rights and the project of the request."""

from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, UnauthorizedError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from pydantic import BaseModel

from functions.http.access import TOKEN_CLAIM, Access, set_access
from functions.http.errors import Forbidden, NoRoleFor
from functions.http.request import caller, claim
from functions.manifest import OPEN
from functions.rights import BY_ITEM, BY_PEOPLE, OF_THE_INSTALLATION, RIGHTS
from kenpin.application.execute import SYSTEM
from kenpin.application.ownership import project_in_history
from kenpin.bootstrap import platform
from kenpin.domain.decider import Scope
from kenpin.domain.ids import category_of, id_of
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import EVERYWHERE
from kenpin.read_models.members.access import Found, RoleRow, admins, look

Named = list[tuple[str, str]]
KINDS: Final = {
    "project_id": "project",
    "dataset_id": "dataset",
    "run_id": "run",
    "old_run": "run",
    "model_id": "model",
    "parent_model": "model",
    "rejected_id": "rejected",
}
"""Argument or field of a body → the kind of thing it names."""

NEW: Final = {"POST /v1/datasets": "dataset_id"}
"""Argument of an operation that names a thing that does not exist yet."""
INSTALLATION: Final = frozenset({("project", EVERYWHERE), ("member", EVERYWHERE)})


def authorise(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[str]:
    """Authorise the request. 401: not signed in; 403: no right; 404: nothing that this caller may see."""
    route = app.context["_route"]
    operation = f"{route.method.upper()} {route.path}"
    if operation in OPEN:
        return next_middleware(app)
    if operation not in RIGHTS:
        raise NotFoundError  # no such route, or one that was given to nobody
    actor, named = caller().actor, _named(operation, app.context["_route_args"])
    try:
        set_access(_authorised(operation, actor, named))
    except Forbidden as error:
        raise Forbidden(error.access, error.project_id, _admins(error.project_id)) from None
    return next_middleware(app)


def _authorised(operation: str, actor: str, named: Named) -> Access:
    if actor == SYSTEM:
        if platform().settings.base == "aws":
            raise UnauthorizedError(f"{SYSTEM} is the platform itself, and nobody signs in as it")
        if claim(TOKEN_CLAIM) is None:
            return Access(actor, operation)
    found = _look(actor, named)
    given = Access(actor, operation, found.roles, found.token)
    try:
        return _checked(given, named, found.projects)
    except (Forbidden, NoRoleFor):
        # rows may be late, for a project that was just made or a role that was just given: history is not
        events = platform().events
        projects = tuple(
            p or project_in_history(events, *n) for p, n in zip(found.projects, named, strict=True)
        )
        late = Access(actor, operation, _with_first(actor, _roles_in_history(actor)), found.token)
        return _checked(late, named, projects)


def _look(actor: str, named: Named) -> Found:
    token_id = claim(TOKEN_CLAIM)
    with platform().database.reading() as sql:
        found = look(sql, actor, token_id, named)
    if token_id and found.token is None:
        raise UnauthorizedError("the token is revoked or has expired; make a new one")
    return Found(_with_first(actor, found.roles), found.token, found.projects)


def _checked(given: Access, named: Named, projects: tuple[str | None, ...]) -> Access:
    if given.token and given.operation in BY_PEOPLE:
        raise Forbidden(given, EVERYWHERE)
    if not named:
        if given.operation not in BY_ITEM and not given.everywhere:
            raise Forbidden(given, EVERYWHERE)
        return given
    for (kind, id), project in zip(named, projects, strict=True):
        where = EVERYWHERE if (kind, id) in INSTALLATION else project
        if not given.roles_in(where) or project != projects[0]:
            raise NoRoleFor(kind, id)
        if not given.may(where):
            raise Forbidden(given, where or EVERYWHERE)
    return given


def _named(operation: str, arguments: dict[str, object]) -> Named:
    """Return the (kind, id) pairs that the path, the query and the body name."""
    if operation in OF_THE_INSTALLATION:
        return []
    bodies = [body for body in arguments.values() if isinstance(body, BaseModel)]
    fields = [(name, getattr(body, name)) for body in bodies for name in type(body).model_fields]
    given = [(name, id) for name, id in (*arguments.items(), *fields) if isinstance(id, str)]
    new = NEW.get(operation)
    named = [(KINDS[name], id) for name, id in given if name in KINDS and name != new]
    for stream in (id for name, id in given if name == "stream"):
        kind = category_of(stream)
        named.append((kind, EVERYWHERE if kind == "member" else id_of(stream)))
    return named


def _with_first(actor: str, roles: tuple[RoleRow, ...]) -> tuple[RoleRow, ...]:
    """Return the roles, and that of an admin for the platform itself and for the first admin, who need no event."""
    return (
        (*roles, RoleRow(EVERYWHERE, "admin"))
        if actor in (SYSTEM, platform().settings.first_admin)
        else roles
    )


def _roles_in_history(actor: str) -> tuple[RoleRow, ...]:
    roles = platform().commands.state(member, actor, Scope()).roles
    return tuple(RoleRow(project, role, lines) for (project, role), lines in roles.items())


def _admins(project_id: str) -> list[str]:
    with platform().database.reading() as sql:
        found = admins(sql, project_id)
    first = platform().settings.first_admin
    return sorted({*found, first}) if first else found
