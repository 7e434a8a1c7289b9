"""The data folder: other users of the machine read nothing in it, and it says where its node is."""

import os
import stat
from pathlib import Path

import pytest

from host.data_folder import address_in, closed_to_others, noted_address
from host.node import Node
from kenpin.settings import Settings
from tests.host.running import RunningNode


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def usual_umask() -> object:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_what_a_node_makes_is_for_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with RunningNode(folder) as node:
        assert node.http.post("/v1/projects", json={"project_id": "p", "name": "P"}).status_code == 201
        assert mode(folder) == 0o700
        made = [path for path in folder.iterdir() if not path.is_socket()]
        assert {path.name: oct(mode(path)) for path in made if mode(path) & 0o077} == {}
        assert address_in(folder) == node.url
    assert address_in(folder) is None


def test_a_folder_that_an_older_version_left_open_is_closed(tmp_path: Path) -> None:
    for name in ("objects", "logs"):
        (tmp_path / "data" / name).mkdir(parents=True)
    (tmp_path / "data" / "node.lock").touch()
    with closed_to_others(tmp_path / "data"):
        assert {mode(tmp_path / "data" / name) for name in (".", "objects", "logs")} == {0o700}
        (tmp_path / "data" / "cache").mkdir()
    assert mode(tmp_path / "data" / "cache") == 0o700
    (tmp_path / "later").mkdir()
    assert mode(tmp_path / "later") == 0o755


def test_an_empty_folder_that_somebody_made_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closed_to_others(tmp_path / "data"):
        assert mode(tmp_path / "data") == 0o700


def test_a_folder_with_other_things_or_of_everybody_keeps_its_mode(tmp_path: Path) -> None:
    home, shared = tmp_path / "home", tmp_path / "shared"
    (home / "letters").mkdir(parents=True)
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "node.lock").touch()
    for folder, before in ((home, 0o755), (shared, 0o1777)):
        with closed_to_others(folder):
            assert mode(folder) == before


def test_the_address_is_kept_while_the_node_runs(tmp_path: Path) -> None:
    with noted_address(tmp_path, "http://127.0.0.1:8000"):
        assert address_in(tmp_path) == "http://127.0.0.1:8000"
    assert address_in(tmp_path) is None


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "http://127.0.0.1:8000"), ("::", "http://[::1]:8000"), ("10.0.0.7", "http://10.0.0.7:8000")],
)
def test_a_node_on_all_addresses_is_asked_at_its_own(tmp_path: Path, host: str, address: str) -> None:
    assert Node(Settings(host=host, data_dir=tmp_path)).address == address
