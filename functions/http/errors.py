"""The errors and refusals of the HTTP functions; problems.py maps them to statuses."""

from collections.abc import Sequence
from typing import Literal

from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from functions.http.access import Access
from kenpin.domain.decider import Missing, Refusal

Thing = Literal[
    "project",
    "dataset",
    "image",
    "run",
    "model",
    "member",
    "readjudication",
    "agreement_task",
    "field_return",
    "inspection",
    "label_book_revision",
    "stream",
    "export",
    "audit_pack",
    "token",
    "webhook",
    "webhook_delivery",
    "intake_event",
]
"""The kinds of things that a request names; browsers translate them."""


class NoSuchThing(NotFoundError):
    """There is no thing of this kind and name, or the caller may not see it."""

    def __init__(self, thing: Thing, name: str, place: str = "") -> None:
        super().__init__(
            " ".join(["there is no", thing.replace("_", " "), name, *([place] if place else [])])
        )
        self.parameters = {"thing": thing, "name": name}


class Forbidden(Exception):
    """The caller may see the thing, and has no role for the operation. `admins` can grant one."""

    def __init__(self, access: Access, project_id: str, admins: Sequence[str] = ()) -> None:
        super().__init__()
        self.access, self.project_id, self.admins = access, project_id, admins


class NotThroughFrontDoor(Exception):
    """The request did not come through CloudFront."""

    def __init__(self) -> None:
        super().__init__("requests are answered only at the platform's own address; send yours there")


class Unprocessable(Refusal):
    """A value of the request has the right type and no meaning."""


class NotATime(Unprocessable):
    text = "{field}: {why}"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field=field, why=why)


class WrongOrder(Unprocessable):
    text = "from: version {first} comes after version {last}; ask from the earlier to the later"

    def __init__(self, first: int, last: int) -> None:
        super().__init__(first=first, last=last)


class NoSuchFormat(Unprocessable):
    text = "format: there is no {name}; there are {formats}"

    def __init__(self, name: str, formats: Sequence[str]) -> None:
        super().__init__(name=name, formats=", ".join(formats))


class NoSuchSlice(Unprocessable):
    text = "slice: not one that this API gave; take it from the slices, classes or defect sizes of the run"


class UnreadableFileSent(Unprocessable):
    text = "image: {reason}"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class OtherDigest(Unprocessable):
    text = (
        "event.data.digest: the event says {said} and the picture has {found}; send the picture of the event"
    )

    def __init__(self, said: str, found: str) -> None:
        super().__init__(said=said, found=found)


class UnreadableSource(Unprocessable):
    text = "{reason}"

    def __init__(self, reason: str, parts: object) -> None:
        """`parts`: the codes of the reason, as in the problems of a plan."""
        super().__init__(reason=reason, parts=parts)


class MeasuredApart(Unprocessable):
    text = (
        "run {old} ({old_split}) and run {new} ({new_split}) were measured by different images; compare runs on one "
        "dataset with the same test split"
    )

    def __init__(self, old: str, old_split: str, new: str, new_split: str) -> None:
        super().__init__(old=old, old_split=old_split, new=new, new_split=new_split)


class NoSuchTime(Missing):
    """The stream has no such version, tag, or anything yet at that time."""

    text = "as_of: {stream} {what}"

    def __init__(self, stream: str, as_of: str, what: str) -> None:
        super().__init__(stream=stream, as_of=as_of, what=what)


class NotScored(Missing):
    text = "run {run_id} has not scored its images yet"

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id=run_id)


class NoFigures(Missing):
    text = "run {run_id} has no figures yet; compare it when it has succeeded"

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id=run_id)


class NothingToSign(Missing):
    text = "there is no history to sign yet"


class NoTokensHere(Refusal):
    text = (
        "the gateway of this installation takes no tokens of Kenpin's own; sign in, or give a machine the client of "
        "factory systems"
    )


class NoRoleFor(Missing):
    """The thing does not exist, or the caller has no role that shows it."""

    text = "there is no {kind} {id} that you have a role for"

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(kind=kind, id=id)
