"""The rights of the caller: by the roles held, and by the token that was sent."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final

from msgspec import Struct

from functions.rights import RIGHTS, Roles
from kenpin.application.execute import SYSTEM
from kenpin.domain.member.events import EVERYWHERE, Role
from kenpin.read_models.members.access import RoleRow

TOKEN_CLAIM: Final = "kenpin:token"
"""The claim with the id of a member's token, set by one machine after its check."""

OVERSEERS: Final[Roles] = frozenset({"admin", "auditor"})


class Access(Struct, frozen=True):
    """The roles of the caller; a token limits them and never adds one."""

    actor: str
    operation: str
    roles: tuple[RoleRow, ...] = ()
    token: RoleRow | None = None

    def roles_in(self, project_id: str | None) -> set[Role]:
        """Return the roles held in the project; with a token, none outside its project."""
        if self.token and self.token.project_id not in (EVERYWHERE, project_id):
            return set()
        return {held.role for held in self._held(project_id)}

    @property
    def is_platform(self) -> bool:
        """True for the platform itself. A token that it made is limited, as any token."""
        return self.actor == SYSTEM and self.token is None

    def may(self, project_id: str | None) -> bool:
        """Return True when the operation is allowed in the project. None stands for a project that does not exist."""
        return self.holds(project_id, RIGHTS.get(self.operation, frozenset[Role]()))

    def holds(self, project_id: str | None, roles: Roles) -> bool:
        """Return True when the caller, and the token that was sent, have one of these roles in the project."""
        if self.is_platform:
            return True
        allowed = bool(self.roles_in(project_id) & roles)
        return allowed and (self.token is None or self.token.role in roles)

    @property
    def everywhere(self) -> bool:
        return self.may(EVERYWHERE)

    @property
    def projects(self) -> list[str] | None:
        """The projects in which the operation is allowed; None: all."""
        if self.everywhere:
            return None
        reach = {held.project_id for held in self.roles}
        if self.token and self.token.project_id != EVERYWHERE and EVERYWHERE in reach:
            reach.add(self.token.project_id)
        return sorted(project for project in reach - {EVERYWHERE} if self.may(project))

    @property
    def overseen(self) -> list[str] | None:
        """The projects in which the caller sees the tokens of others; None: all."""
        places = {p for p in (EVERYWHERE, *(self.projects or ())) if self.roles_in(p) & OVERSEERS}
        return None if EVERYWHERE in places or self.is_platform else sorted(places)

    def lines(self, project_id: str | None) -> frozenset[str] | None:
        """Return the lines whose images the caller may send to the project; None: any."""
        roles = RIGHTS.get(self.operation, frozenset[Role]())
        of_token = frozenset(self.token.lines) if self.token and self.token.role == "machine" else None
        of_roles = _lines(held for held in self._held(project_id) if held.role in roles)
        if self.is_platform or of_roles is None:
            return of_token
        return of_roles if of_token is None else of_roles & of_token

    def _held(self, project_id: str | None) -> list[RoleRow]:
        return [held for held in self.roles if held.project_id in (EVERYWHERE, project_id)]


def _lines(roles: Iterable[RoleRow]) -> frozenset[str] | None:
    held = list(roles)
    if any(each.role != "machine" for each in held):
        return None
    return frozenset(line for each in held for line in each.lines)


def operations_of(role: Role) -> list[str]:
    return [operation for operation, roles in RIGHTS.items() if role in roles]


def roles_needed(operation: str) -> Roles:
    return RIGHTS.get(operation, frozenset())


_current: ContextVar[Access] = ContextVar("access")


def access() -> Access:
    """Return the rights of the current request, once it was authorised."""
    return _current.get()


def set_access(found: Access) -> None:
    _current.set(found)
