"""One HTTP worker of the single node, over a real socket, with the platform beside it to look behind the scenes."""

import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from host.issuer.mint import Minting, mint
from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
from kenpin.bootstrap import prepare, signing_key
from kenpin.settings import Settings
from tests.host.running import CHECKOUT, environment
from tests.oidc import CLIENT, MACHINE, Issuer, issuing

PUBLIC = "http://kenpin.factory.example:8000"


@dataclass(frozen=True)
class Worker:
    """`python -m host.http FD` as the node starts it; nothing projects or sweeps."""

    port: int
    settings: Settings
    objects: FilesystemObjectStore
    key: bytes

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> dict[str, str]:
        """The header of a request by the node itself."""
        return {"Authorization": f"Bearer {mint(self.settings, 'kenpin')}"}

    def client(self, *, actor: str = "kenpin", anonymous: bool = False) -> httpx.Client:
        auth = None if anonymous else Minting(self.settings, actor)
        return httpx.Client(base_url=self.url, auth=auth, timeout=30, trust_env=False)


@pytest.fixture(scope="session")
def worker(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with serving(postgres_url, tmp_path_factory.mktemp("http")) as worker:
        yield worker


@pytest.fixture(scope="session")
def own_address_worker(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker that people reach at its own address, and so its issuer, too."""
    with serving(postgres_url, tmp_path_factory.mktemp("own-address"), public_url="") as worker:
        yield worker


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture(scope="session")
def signed_in(
    postgres_url: str, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worker]:
    """A worker where an issuer's tokens say who asks."""
    settings = {"oidc_issuer": issuer.url, "oidc_client_id": CLIENT, "oidc_audiences": MACHINE[0]}
    settings["first_admin"] = issuer.person
    with serving(postgres_url, tmp_path_factory.mktemp("signed-in"), **settings) as worker:
        yield worker


@contextmanager
def serving(postgres_url: str, data_dir: Path, public_url: str = PUBLIC, **more: str) -> Iterator[Worker]:
    name = f"http_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"create database {name}")
        url = postgres_url.replace("/postgres?", f"/{name}?")
        prepare(url)
        with (
            socket.create_server(("127.0.0.1", 0), backlog=256) as listening,
            Path(os.devnull).open("wb") as heartbeats,
        ):
            public_url = public_url or f"http://127.0.0.1:{listening.getsockname()[1]}"
            settings = Settings(data_dir=data_dir, public_url=public_url, database_url=url)
            process = subprocess.Popen(
                [sys.executable, "-m", "host.http", str(listening.fileno()), str(heartbeats.fileno())],
                cwd=CHECKOUT,
                env=environment(database_url=url, data_dir=data_dir, public_url=public_url, **more),
                stdin=subprocess.PIPE,
                pass_fds=(listening.fileno(), heartbeats.fileno()),
            )
            key = signing_key(settings)
            objects = FilesystemObjectStore(data_dir / "objects", "", key)
            yield Worker(listening.getsockname()[1], settings, objects, key)
            process.terminate()
            process.communicate(timeout=20)
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def client(worker: Worker) -> Iterator[httpx.Client]:
    with worker.client() as client:
        yield client
