"""The container is what the repository says it is, as far as reading its Dockerfile can show."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = (
    "layers/vendor/requirements.txt",
    "training_container/requirements.txt",
    "training_container/requirements-gpu.txt",
)


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    text = (ROOT / "training_container/Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_everything_copied_from_the_repository_is_there_and_let_through(steps: list[tuple[str, str]]) -> None:
    allowed = (ROOT / "training_container/Dockerfile.dockerignore").read_text().splitlines()
    copied = [
        path for word, rest in steps if word == "COPY" and "--from" not in rest for path in rest.split()[:-1]
    ]
    assert len(copied) == 7
    for path in copied:
        for lock in ("requirements.txt", "requirements-gpu.txt"):
            named = path.replace("${REQUIREMENTS}", lock)
            assert (ROOT / named).exists() and f"!{named}" in allowed


def test_it_starts_the_worker_and_not_as_root(steps: list[tuple[str, str]]) -> None:
    assert json.loads(steps[-1][1]) == ["python", "-m", "kenpin_training"] and steps[-1][0] == "ENTRYPOINT"
    assert [rest for word, rest in steps if word == "USER"] == ["10001"]


def test_nothing_else_goes_to_the_builder(steps: list[tuple[str, str]]) -> None:
    rules = (ROOT / "training_container/Dockerfile.dockerignore").read_text().splitlines()
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    assert rules[0] == "*" and rules[-1] == "**/__pycache__"
    assert all((ROOT / rule.removeprefix("!")).exists() for rule in rules[1:-1])
    assert ("ARG", "REQUIREMENTS=requirements.txt") in steps, (
        "the processor's own unless it is asked otherwise"
    )


def test_every_package_is_pinned_by_digest(steps: list[tuple[str, str]]) -> None:
    (install,) = [rest for word, rest in steps if word == "RUN" and "pip install" in rest]
    assert "--require-hashes" in install
    for lock in LOCKS:
        text = (ROOT / lock).read_text().replace("\\\n", " ")
        pins = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
        assert pins and all("==" in pin and "--hash=sha256:" in pin for pin in pins)


def test_all_locks_pin_the_same_versions() -> None:
    layer, training, gpu = (
        dict(re.findall(r"^([a-z0-9._-]+)==(.+?)\s", (ROOT / lock).read_text(), re.M)) for lock in LOCKS
    )
    for one, other in ((layer, training), (layer, gpu), (training, gpu)):
        shared = one.keys() & other.keys()
        assert "urllib3" in shared and {n: one[n] for n in shared} == {n: other[n] for n in shared}
    assert "nvidia-cudnn-cu12" in gpu.keys() - training.keys()
