"""People: names and invitations of those who may be known here."""

import pytest

from kenpin.application.members import erase_person
from kenpin.application.people import invite_person, name_person
from kenpin.domain.member.refusals import Elsewhere, NotKnownAgain, Taken
from kenpin.read_models.people import queries as people
from kenpin.settings import Settings
from tests.application.conftest import HANAKO, MemoryResources


def test_an_invitation_names_whom_it_is_for(resources: MemoryResources) -> None:
    invitation = invite_person(resources, "taro", "Taro", "taro@factory.example")
    assert "/issuer/invitation?link=" in invitation.url
    with resources.database.reading() as sql:
        row = people.one(sql, "taro")
    assert row is not None and (row["name"], row["email"]) == ("Taro", "taro@factory.example")


def test_another_issuer_invites_its_own_people(resources: MemoryResources) -> None:
    resources.settings = Settings(oidc_issuer="https://issuer.example", oidc_client_id="kenpin")
    with pytest.raises(Elsewhere, match="issuer that signs them in"):
        invite_person(resources, "taro", "", "")


def test_an_address_belongs_to_one_person(resources: MemoryResources) -> None:
    name_person(resources, "taro", "Taro", "taro@factory.example")
    with pytest.raises(Taken, match="another person here has this e-mail address"):
        name_person(resources, "jiro", "Jiro", "TARO@factory.example")


def test_an_erased_person_is_not_named_again(resources: MemoryResources) -> None:
    erase_person(resources, "taro", by=HANAKO.by)
    with pytest.raises(NotKnownAgain, match="taro was erased; they are not named again"):
        name_person(resources, "taro", "Taro", "")
