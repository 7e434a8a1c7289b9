"""The identity of a run: the machine as the system describes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kenpin_training import identity as identities
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0, EFFICIENTNET_LITE1
from kenpin_training.identity import accelerators, identity


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    for answer in (accelerators, identity):
        answer.cache_clear()
    yield
    for answer in (accelerators, identity):
        answer.cache_clear()


def test_an_nvidia_device_is_part_of_the_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "DEVICES", tmp_path)
    plain = identity(EFFICIENTNET_LITE0)
    assert accelerators() == ()
    for bus in ("0000:01:00.0", "0000:02:00.0"):
        (tmp_path / bus).mkdir()
        (tmp_path / bus / "information").write_text("Model: \t\t NVIDIA L4\nIRQ:   \t\t 57\n")
    for answer in (accelerators, identity):
        answer.cache_clear()
    assert identity(EFFICIENTNET_LITE0).hardware == f"{plain.hardware}, NVIDIA L4, NVIDIA L4"


def test_the_weights_of_the_backbone_are_part_of_the_identity() -> None:
    assert identity(EFFICIENTNET_LITE1).weights_digest == EFFICIENTNET_LITE1.digest
    assert identity(EFFICIENTNET_LITE1) != identity(EFFICIENTNET_LITE0)
