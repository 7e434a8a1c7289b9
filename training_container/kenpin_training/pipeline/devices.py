"""The devices that fine-tuning learns on: copies on several GPUs, and mixed precision where GPUs gain by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    import tensorflow as tf

TENSOR_CORES: Final = (7, 0)
"""The first compute capability of GPUs that multiply 16-bit numbers faster than 32-bit ones"""
LOSS_SCALE: Final = 1024.0
"""Keeps small gradients above the least 16-bit number"""


class LearningDevices(Struct, frozen=True):
    """The devices of one run. Without a GPU there is one copy, in 32 bits."""

    copies: tuple[str, ...] = ()
    """Devices that hold a copy of the network each; none: TensorFlow chooses one"""
    is_mixed: bool = False
    """Layers compute in 16 bits; weights, head and loss stay in 32."""

    @property
    def loss_scale(self) -> float | None:
        return LOSS_SCALE if self.is_mixed else None

    @contextmanager
    def building(self) -> Iterator[tf.distribute.Strategy]:
        """Networks and optimizers that are built inside lie on the devices, in their precision."""
        import keras
        import tensorflow as tf

        before = keras.config.dtype_policy()
        several = len(self.copies) > 1
        strategy = tf.distribute.MirroredStrategy(self.copies) if several else tf.distribute.get_strategy()
        keras.config.set_dtype_policy("mixed_float16" if self.is_mixed else before)
        try:
            with strategy.scope():
                yield strategy
        finally:
            keras.config.set_dtype_policy(before)


def learning_devices(batch_size: int) -> LearningDevices:
    """Return the GPUs that this process may use, at most one for each image of a batch, and their precision."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    capabilities = [each.get("compute_capability", (0, 0)) for each in details]
    names = tuple(f"GPU:{number}" for number in range(min(len(gpus), batch_size)))
    return LearningDevices(names, is_mixed=bool(gpus) and min(capabilities) >= TENSOR_CORES)
