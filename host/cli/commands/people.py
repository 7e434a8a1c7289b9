"""`kenpin member`: the first administrator without a browser, links to set a password, and erasure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer
from pydantic import BaseModel

from functions.api.people.answers import ErasedPerson, InvitationLink, Person
from host.cli.client import Client, failure_of
from host.cli.connect import connect
from host.cli.failures import Refused, Unreachable
from host.cli.member_names import member_id
from host.cli.options import Json
from host.cli.output import line, show
from host.cli.password import password_from
from host.data_folder import address_in
from host.issuer.links import first_admin_ticket
from kenpin.settings import Settings
from kenpin_client.errors import problem_of

Actor = Annotated[str, typer.Argument(metavar="ACTOR", help="Id of the member, as history has it.")]
Who = Annotated[str, typer.Argument(metavar="WHO", help="Id, name or e-mail address of the member.")]
DataDir = Annotated[
    Path | None, typer.Option(help="The node's data folder; otherwise KENPIN_DATA_DIR or data.")
]


def first_admin(
    email: Annotated[str, typer.Option(help="To sign in with.")],
    name: Annotated[str, typer.Option(help="As others see it.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password there; otherwise it is asked for.")
    ] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Become the first administrator of the Kenpin on this machine. You must be able to read its data folder."""

    class Opened(BaseModel):
        actor: str

    password = password_from(password_stdin)
    settings = _settings(data_dir)
    url = _address_of_node(settings.data_dir)
    body = {"email": email, "name": name, "password": password, "link": first_admin_ticket(settings)}
    opened = Opened.model_validate_json(_put(f"{url}/issuer/first-admin", body))
    place = f"the Kenpin at {url} (data in {settings.data_dir})"
    next_step = f"run `kenpin login --email {email}`"
    show(
        opened, json, lambda: line(f"{name} is the administrator of {place}, as {opened.actor}; {next_step}")
    )


def link(
    actor: Actor,
    email: Annotated[str, typer.Option(help="To sign in with; the member may choose another.")] = "",
    name: Annotated[str, typer.Option(help="As others see it.")] = "",
    json: Json = False,
) -> None:
    """Print a link, good once, with which a member sets a password."""

    client, body = connect(), {"email": email, "name": name}
    invitation = client.ask(f"/people/{actor}/invitations", body, InvitationLink)
    show(invitation, json, lambda: line(f"{invitation.url}\ngood once, until {invitation.ends_at:%F %R} UTC"))


def erase(who: Who, json: Json = False) -> None:
    """Erase name, e-mail address and sign-in of a member, and revoke the roles. History keeps the id."""

    client = connect()
    erased = client.ask(f"/people/{_actor_of(client, who)}/erasure", {}, ErasedPerson)
    show(erased, json, lambda: line(f"{erased.actor} is an id now and nobody's name"))


def _actor_of(client: Client, who: str) -> str:
    """Return the id of the one person with this e-mail address, name or id. Raises Refused for several."""
    if "@" in who and (known := [each.actor for each in client.items("/people", Person, email=who)]):
        return known[0]
    return member_id(client, who)


def _settings(data_dir: Path | None) -> Settings:

    settings = Settings.model_validate({"data_dir": data_dir} if data_dir else {})
    if not (settings.data_dir / "issuer.keys").exists():
        raise Refused(f"no Kenpin has run in {settings.data_dir}; start it first, or name its --data-dir")
    return settings


def _address_of_node(data_dir: Path) -> str:

    if (url := address_in(data_dir)) is None:
        raise Refused(f"no Kenpin runs in {data_dir}; start it with `kenpin up --data-dir {data_dir}`")
    return url


def _put(url: str, body: dict[str, str]) -> bytes:

    try:
        answer = httpx.put(url, json=body, timeout=30, trust_env=False)
    except httpx.TransportError as error:
        raise Unreachable(f"no answer from {url} ({error}); start it with `kenpin up`") from None
    if not answer.is_success:
        failure = failure_of(problem_of(answer), url)
        raise type(failure)(f"{url}: {failure}")
    return answer.content
