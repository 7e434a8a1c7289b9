"""Fitting of the patch classifier, the same bits for the same patches and seed. It imports TensorFlow."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kenpin_training.architectures.segmentation.head import PatchClassifier
from kenpin_training.architectures.segmentation.labels import UNKNOWN
from kenpin_training.architectures.segmentation.patch_sample import LabelledPatches
from kenpin_training.determinism import set_up
from kenpin_training.pipeline.patches import mean_and_scale

HIDDEN: Final = 64
EPOCHS: Final = 20
BATCH: Final = 256
RATE: Final = 1e-3
DECAY: Final = 1e-4


def fit(sample: LabelledPatches, classes: int, seed: int) -> PatchClassifier:
    """Fit a classifier; defect and background weigh the same. Patches of UNKNOWN label are not learnt from."""
    set_up()
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    known = sample.labels != UNKNOWN
    rows, labels = sample.rows[known], sample.labels[known]
    mean, scale = mean_and_scale(rows)
    model = keras.Sequential(
        [layers.Input((rows.shape[1],)), layers.Dense(HIDDEN, "relu"), layers.Dense(1 + classes, "softmax")]
    )
    model.compile(keras.optimizers.AdamW(RATE, weight_decay=DECAY), "sparse_categorical_crossentropy")
    model.fit(
        (rows - mean) * scale,
        labels,
        batch_size=BATCH,
        epochs=EPOCHS,
        sample_weight=_weights(labels),
        verbose=0,
    )
    hidden, output = (tuple(layer.get_weights()) for layer in model.layers)
    return PatchClassifier(mean, scale, hidden, output)


def _weights(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    share = float((labels > 0).mean())
    balanced = np.where(labels > 0, 0.5 / max(share, 1e-6), 0.5 / max(1 - share, 1e-6))
    return np.sqrt(balanced).astype(np.float32)
