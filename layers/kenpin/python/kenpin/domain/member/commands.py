"""Commands to a member."""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from kenpin.domain.command import Command, Digest, Name, Text
from kenpin.domain.ids import ACTOR
from kenpin.domain.member.events import Role

Actor = Annotated[str, Field(pattern=ACTOR)]
ProjectOrAll = Annotated[str, Field(pattern=r"^(\*|[a-z0-9][a-z0-9-]{0,62})$")]
TokenId = Annotated[str, Field(pattern=r"^[a-z0-9]{1,40}$")]
Line = Annotated[str, Field(min_length=1, max_length=64)]
PersonName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^([^@\s\x00]+@[^@\s\x00]+)?$")]
Lines = Annotated[tuple[Line, ...], Field(max_length=100)]


class InviteMember(Command):
    actor: Actor


class OfLines(Command):
    """A role with its lines: a machine has some, and no other role has any."""

    project_id: ProjectOrAll
    role: Role
    lines: Lines = ()

    @model_validator(mode="after")
    def _a_machine_has_lines(self) -> Self:
        if self.role == "machine" and not self.lines:
            raise PydanticCustomError(
                "lines_needed", "a machine brings in images of named lines; name them in lines"
            )
        if self.role != "machine" and self.lines:
            text = "lines are for machines; leave them out for the role {role}"
            raise PydanticCustomError("lines_not_taken", text, {"role": self.role})
        return self


class GrantRole(OfLines):
    pass


class RevokeRole(Command):
    project_id: ProjectOrAll
    role: Role
    reason: Text = ""


class IssueToken(OfLines):
    token_id: TokenId
    label: Name
    expires_at: AwareDatetime
    secret_sha256: Digest


class RevokeToken(Command):
    token_id: TokenId
    reason: Text = ""


class LockSignIn(Command):
    until: AwareDatetime
    failures: Annotated[int, Field(ge=1, lt=2**31)]


MemberCommand = InviteMember | GrantRole | RevokeRole | IssueToken | RevokeToken | LockSignIn
