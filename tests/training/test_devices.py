"""Fine-tuning on several devices and in mixed precision: two devices of the processor stand for two GPUs."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from kenpin_training.pipeline.devices import LearningDevices, learning_devices

pytestmark = pytest.mark.filterwarnings("ignore")  # of TensorFlow and Keras about each other
TWO_DEVICES = """
import json
import numpy as np
from kenpin_training.determinism import set_up
set_up()
import tensorflow as tf
one = tf.config.LogicalDeviceConfiguration()
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [one, one])
from kenpin_training.pipeline import fine_tune as tuning
from kenpin_training.pipeline.devices import LearningDevices
from tests.training import test_checkpoint
test_checkpoint.RECIPE = test_checkpoint.RECIPE.model_copy(update={"epochs": 1})
from kenpin.adapters.memory.object_store import MemoryObjectStore

def scores(*how):
    tuning.learning_devices = lambda _: LearningDevices(*how)
    found, _ = test_checkpoint.tuned(MemoryObjectStore())
    return found.held_out.tolist()

both = ("CPU:0", "CPU:1")
print(json.dumps([scores(), scores(both), scores(both, True)]))
"""


def gpus(*capabilities: tuple[int, int]) -> SimpleNamespace:
    """Stands for TensorFlow's list of devices."""
    details = SimpleNamespace(get_device_details=lambda gpu: {"compute_capability": capabilities[gpu]})
    return SimpleNamespace(
        list_physical_devices=lambda kind: list(range(len(capabilities))), experimental=details
    )


@pytest.mark.parametrize(
    ("capabilities", "copies", "is_mixed"),
    [
        ((), (), False),
        (((6, 1),), ("GPU:0",), False),
        (((7, 0),), ("GPU:0",), True),
        (((9, 0), (6, 1)), ("GPU:0", "GPU:1"), False),
        (((8, 9),) * 4, ("GPU:0", "GPU:1", "GPU:2"), True),
    ],
)
def test_the_gpus_decide_copies_and_precision(
    monkeypatch: pytest.MonkeyPatch,
    capabilities: tuple[tuple[int, int], ...],
    copies: tuple[str, ...],
    is_mixed: bool,
) -> None:
    import tensorflow as tf

    monkeypatch.setattr(tf, "config", gpus(*capabilities))
    assert learning_devices(batch_size=3) == LearningDevices(copies, is_mixed)


@pytest.mark.timeout(400)
def test_two_devices_learn_as_one_does_and_16_bits_almost_so() -> None:
    done = subprocess.run([sys.executable, "-c", TWO_DEVICES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    one, two, mixed = (np.array(each) for each in json.loads(done.stdout.splitlines()[-1]))
    assert two == pytest.approx(one, abs=1e-3)
    assert mixed == pytest.approx(one, abs=0.05) and (mixed != two).any()
