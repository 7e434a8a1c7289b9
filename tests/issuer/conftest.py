"""An issuer over real PostgreSQL, and people who have accounts at it."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher

from host.issuer import passwords
from host.issuer.accounts import Account
from host.issuer.app import Issuer
from host.issuer.links import open_first
from host.issuer.passwords import hashed
from host.issuer.services import Services, services_of
from kenpin.bootstrap import Platform, wire
from kenpin.read_models.catalogue import advance_stream
from kenpin.read_models.people import queries as people
from kenpin.settings import Settings
from tests.issuer.visitor import PASSWORD, App, Visitor

HOME = "http://127.0.0.1:8000"
AYA = Account("aya000000000", "田中 綾", "aya@factory.example")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """Hashes that take no time; the hasher that was there."""
    real = passwords.HASHER
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    return real


@pytest.fixture
def database_url(prepared_database_url: str) -> str:
    return prepared_database_url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, public_url=HOME, tenant=uuid.uuid4().hex)


@pytest.fixture
def platform(settings: Settings) -> Iterator[Platform]:
    platform = wire(settings)
    yield platform
    platform.close()


@pytest.fixture
def services(platform: Platform) -> Services:
    return services_of(platform)


@pytest.fixture
def issuer(settings: Settings, services: Services) -> Issuer:
    issuer = Issuer(settings)
    issuer.__dict__["_services"] = services
    return issuer


@pytest.fixture
def visitor(issuer: Issuer) -> Visitor:
    return Visitor(issuer, HOME)


@pytest.fixture
def app(visitor: Visitor) -> App:
    return App(visitor)


@pytest.fixture
def aya(services: Services, platform: Platform) -> Account:
    """The administrator."""
    open_first(services, AYA, hashed(PASSWORD))
    advance_stream(f"member-{AYA.actor}", platform.events, platform.database)
    return AYA


@pytest.fixture
def invite(platform: Platform) -> Callable[[str], str]:
    """A link for an actor, as the API gives it."""

    def invite(actor: str) -> str:
        from host.issuer.secret import digest, random_secret

        link = random_secret()
        with platform.database.transaction() as sql:
            people.put(sql, actor, "", f"{actor}@factory.example")
            people.invite(sql, actor, digest(link))
        return link

    return invite


@pytest.fixture
def later(database_url: str) -> Callable[[str], None]:
    """Let everything in a table of the issuer's end."""

    def later(table: str) -> None:
        with psycopg.connect(database_url) as owner:
            owner.execute(f"update identity.{table} set ends_at = now() - interval '1 second'")

    return later
