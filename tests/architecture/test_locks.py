"""The lock files hold what the .in files ask for, by version and hash, and name no index."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.checkout import ROOT, files, name_of

LOCKS = {
    "requirements.txt": "requirements.in",
    "requirements-dev.txt": "requirements-dev.in",
    "layers/vendor/requirements.txt": "layers/vendor/requirements.in",
    "layers/arrow/requirements.txt": "layers/arrow/requirements.in",
    "layers/pictures/requirements.txt": "layers/pictures/requirements.in",
    "layers/onnx/requirements.txt": "layers/onnx/requirements.in",
    "training_container/requirements.txt": "training_container/requirements.in",
    "training_container/requirements-gpu.txt": "training_container/requirements-gpu.in",
    "bench/dvc/requirements.txt": "bench/dvc/requirements.in",
    "bench/datumaro/requirements.txt": "bench/datumaro/requirements.in",
    "bench/cleanlab/requirements.txt": "bench/cleanlab/requirements.in",
}
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", re.MULTILINE)


def locked(lock: str) -> dict[str, set[Version]]:
    """Package → its versions: more than one where the platforms differ."""
    versions: dict[str, set[Version]] = {}
    for pin in PINNED.finditer((ROOT / lock).read_text()):
        versions.setdefault(canonicalize_name(pin["name"]), set()).add(Version(pin["version"]))
    return versions


def asked(source: Path) -> list[Requirement]:
    """The requirements of an .in file and of those it includes."""
    found: list[Requirement] = []
    for line in source.read_text().splitlines():
        if line.startswith("-r "):
            found += asked(ROOT / line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            found.append(Requirement(line))
    return found


def test_every_lock_is_guarded_here() -> None:
    assert {name_of(path) for path in files(".txt") if path.name.startswith("requirements")} == set(LOCKS)


@pytest.mark.parametrize(("lock", "source"), LOCKS.items())
def test_a_lock_satisfies_what_is_asked(lock: str, source: str) -> None:
    versions, requirements = locked(lock), asked(ROOT / source)
    assert requirements
    missing = [r for r in requirements if canonicalize_name(r.name) not in versions]
    assert missing == []
    wrong = [r for r in requirements for v in versions[canonicalize_name(r.name)] if v not in r.specifier]
    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    "lock", [lock for lock in LOCKS if not lock.startswith(("requirements-dev", "bench/"))]
)
def test_what_runs_is_what_was_tested(lock: str) -> None:
    """Beside CUDA, which no machine that tests has, and peers, which have an environment of their own."""
    tested = locked("requirements-dev.txt")
    run = {name: versions for name, versions in locked(lock).items() if not name.startswith("nvidia-")}
    assert {name: versions for name, versions in run.items() if not versions <= tested[name]} == {}


def test_the_front_ends_lock_has_hashes_and_no_addresses() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert '"integrity": "sha512-' in text
