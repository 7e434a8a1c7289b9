"""People by their names: what somebody types becomes the id of a member, and ids become names."""

from __future__ import annotations

from collections.abc import Mapping

from functions.api.people.answers import Person
from host.cli.client import Client
from host.cli.failures import Refused


def member_id(client: Client, typed: str) -> str:
    """Return the id of the member with this name, or what was typed where nobody has it: an id. Raises Refused."""
    found = [person.actor for person in client.items("/people", Person) if person.name == typed]
    if len(found) > 1:
        raise Refused(f"{len(found)} people are named {typed}; give one of their ids: {', '.join(found)}")
    return found[0] if found else typed


def names_of_people(client: Client) -> Mapping[str, str]:
    """Return id → name of the people whose names are known."""
    return {person.actor: person.name for person in client.items("/people", Person) if person.name}
