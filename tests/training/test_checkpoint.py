"""A run that was cut off goes on after its last epoch, and comes to the bits of one that was not."""

from dataclasses import dataclass
from io import BytesIO

import msgspec
import numpy as np
import pytest

from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.ids import checkpoint_prefix
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.events import EpochCompleted, RunStarted, RunSucceeded
from kenpin.domain.run.values import Identity
from kenpin.ports import Unavailable
from kenpin_training import checkpoint
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.checkpoint import Checkpoint, CheckpointStore
from kenpin_training.pipeline.fine_tune import FineTuned, fine_tune
from kenpin_training.pipeline.probe import fit
from kenpin_training.pipeline.training_set import TrainingSet
from kenpin_training.report import Reporter
from kenpin_training.train import train
from tests.training.conftest import Photos

RECIPE = Recipe(method="fine_tune", image_size=96, epochs=3, batch_size=4, train_from_block=15)
HERE = Identity(
    code_digest="1f2e", weights_digest="3d4c", libraries={"numpy": "2.4.1"}, threads=2, hardware="2 cores"
)
ELSEWHERE = msgspec.structs.replace(HERE, threads=4)


def checkpoints(
    objects: MemoryObjectStore, identity: Identity = HERE, run_id: str = "run1"
) -> CheckpointStore:
    return CheckpointStore(objects, run_id, identity, RECIPE.epochs)


def after(epoch: int) -> Checkpoint:
    return Checkpoint(epoch, [np.full((2, 2), epoch, np.float32), np.array(epoch, np.int64)])


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every epoch is written down."""
    monkeypatch.setattr(checkpoint, "EVERY_S", -1.0)


@pytest.mark.usefixtures("always")
def test_the_latest_comes_back_as_it_was_and_the_one_before_is_gone() -> None:
    objects = MemoryObjectStore()
    assert checkpoints(objects).last == Checkpoint(0)
    keeping = checkpoints(objects)
    keeping.keep(after(1))
    keeping.keep(after(2))
    back = checkpoints(objects).last
    assert back.epoch == 2 and len(list(objects.names(""))) == 1
    assert [(v.tolist(), v.dtype.name) for v in back.variables] == [
        ([[2.0, 2.0], [2.0, 2.0]], "float32"),
        (2, "int64"),
    ]


@pytest.mark.usefixtures("always")
def test_another_run_or_another_machine_begins_at_the_beginning() -> None:
    objects = MemoryObjectStore()
    checkpoints(objects).keep(after(2))
    assert checkpoints(objects, ELSEWHERE).last.epoch == 0
    assert checkpoints(objects, run_id="run").last.epoch == 0
    objects.expire(checkpoint_prefix("run"))
    assert checkpoints(objects).last.epoch == 2
    objects.expire(checkpoint_prefix("run1"))
    assert checkpoints(objects).last.epoch == 0


def test_an_epoch_is_written_down_once_a_minute_and_when_work_breaks_off() -> None:
    objects = MemoryObjectStore()
    with checkpoints(objects) as keeping:
        keeping.keep(after(1))
    assert list(objects.names("")) == []
    with pytest.raises(SystemExit), checkpoints(objects) as keeping:
        keeping.keep(after(1))
        raise SystemExit
    assert checkpoints(objects).last.epoch == 1


@pytest.mark.usefixtures("always")
def test_a_store_that_is_away_costs_a_checkpoint_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = MemoryObjectStore()
    keeping = checkpoints(objects)
    with monkeypatch.context() as away:
        away.setattr(objects, "put", _away)
        keeping.keep(after(1))
    keeping.keep(after(2))
    assert checkpoints(objects).last.epoch == 2


def _away(name: str, body: BytesIO) -> None:
    raise Unavailable("S3 is away")


class CutOff(Exception):
    """Stands for a machine that goes away."""


def tuned(objects: MemoryObjectStore, cut_off_in: int = 99) -> tuple[FineTuned, list[int]]:
    """The result, and the epochs that were told on the way to it."""
    random, told = np.random.default_rng(2), list[int]()
    pixels = random.integers(0, 256, (12, 96, 96, 3), dtype=np.uint8)
    training_set = TrainingSet(pixels, np.arange(12) % 2 == 0, held_out=np.arange(12) < 4)
    features = random.random((8, EFFICIENTNET_LITE0.features)).astype(np.float32)
    start = fit(features, training_set.ng[4:], c=1.0)

    def tell(epoch: int, metrics: dict[str, float], left: float) -> None:
        if epoch == cut_off_in:
            raise CutOff
        told.append(epoch)

    with checkpoints(objects) as keeping:
        return fine_tune(training_set, features, start, RECIPE, 3, tell, keeping), told


def bits(result: FineTuned) -> tuple[object, ...]:
    layers = [(name, [v.tobytes() for v in values]) for name, values in sorted(result.network.tuned.items())]
    probe = (result.probe.weight.tobytes(), result.probe.bias)
    return layers, probe, result.held_out.tobytes()


@dataclass(frozen=True)
class Attempt:
    """The result of an attempt, and the store with its checkpoints."""

    result: FineTuned
    objects: MemoryObjectStore


@pytest.fixture(scope="module")
def whole() -> Attempt:
    """An attempt that was never cut off, with every epoch written down."""
    objects = MemoryObjectStore()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(checkpoint, "EVERY_S", -1.0)
        return Attempt(tuned(objects)[0], objects)


def test_an_attempt_that_goes_on_comes_to_the_bits_of_one_that_was_never_cut_off(whole: Attempt) -> None:
    objects = MemoryObjectStore()
    with pytest.raises(CutOff):
        tuned(objects, cut_off_in=3)
    resumed, told = tuned(objects)
    assert told == [3]
    assert bits(resumed) == bits(whole.result)


def test_an_attempt_after_the_last_epoch_only_measures(whole: Attempt) -> None:
    again, told = tuned(whole.objects)
    assert told == [] and bits(again) == bits(whole.result)


def test_a_run_that_was_cut_off_makes_the_same_model(
    platform: Platform, labelled: Photos, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(platform, labelled.request("run1", RECIPE), "line-pc:7")
    job, tell = labelled.request("run2", RECIPE), Reporter.epoch

    def cut_off(
        reporter: Reporter, epoch: int, epochs: int, metrics: dict[str, float], eta_seconds: float
    ) -> None:
        if epoch == 2:
            raise CutOff
        tell(reporter, epoch, epochs, metrics, eta_seconds)

    with monkeypatch.context() as dying:
        dying.setattr(Reporter, "epoch", cut_off)
        with pytest.raises(CutOff):
            train(platform, job, "line-pc:7")
    train(platform, job, "line-pc:8")
    whole, resumed = (
        [event for commit in platform.events.read(f"run-{id}") for event in events_in(commit)]
        for id in ("run1", "run2")
    )
    assert [e.resumes_after for e in resumed if isinstance(e, RunStarted)] == [0, 1]
    assert [e.epoch for e in resumed if isinstance(e, EpochCompleted)] == [1, 2, 3]
    one, other = whole[-1], resumed[-1]
    assert isinstance(one, RunSucceeded) and isinstance(other, RunSucceeded)
    assert (one.artifact, one.threshold) == (other.artifact, other.threshold)
