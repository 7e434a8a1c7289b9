"""The model of the classification family: a network, and logistic regressions on its features."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.ids import ImageId
from kenpin.domain.recipe import Recipe
from kenpin_training.backbones.efficientnet_lite.weights import Weights
from kenpin_training.pipeline.class_heads import ClassHeads, heads_of
from kenpin_training.pipeline.features import FeatureStore, Progress
from kenpin_training.pipeline.model import ImageScores, Tensors
from kenpin_training.pipeline.network import Network, tuned_network
from kenpin_training.pipeline.probe import Probe


class ClassificationModel(Struct, frozen=True):
    """A network, frozen or tuned, with the heads on its features: one of NG, and one of each class."""

    network: Network
    probe: Probe
    heads: ClassHeads = ClassHeads()

    @property
    def classes(self) -> tuple[str, ...]:
        return self.heads.classes

    def judge(self, image_ids: Sequence[ImageId], store: FeatureStore, on_progress: Progress) -> ImageScores:
        features = store.features(image_ids, self.network, on_progress)
        return ImageScores(self.probe.scores(features), class_scores=self.heads.scores(features))

    def tensors(self) -> Tensors:
        return tensors_of(self.network, self.probe, self.heads)


def tensors_of(network: Network, probe: Probe, heads: ClassHeads) -> Tensors:
    """Return what was learnt: the heads, and the layers of the network that were tuned."""
    tensors: dict[str, NDArray[np.float32] | NDArray[np.float64]] = {
        "probe/weight": probe.weight,
        "probe/bias": np.array([probe.bias]),
        **heads.tensors(),
    }
    for layer, variables in sorted(network.tuned.items()):
        tensors |= {f"tuned/{layer}/{n}": np.ascontiguousarray(v) for n, v in enumerate(variables)}
    return tensors


def classification_of(tensors: Tensors, recipe: Recipe, classes: Sequence[str] = ()) -> ClassificationModel:
    """Return the model of its tensors."""
    tuned: Weights = {}
    for name in sorted(tensors):
        if name.startswith("tuned/"):
            tuned.setdefault(name.split("/")[1], []).append(np.asarray(tensors[name], np.float32))
    weight = np.asarray(tensors["probe/weight"], np.float64)
    probe = Probe(weight, float(tensors["probe/bias"][0]))
    return ClassificationModel(tuned_network(recipe, tuned), probe, heads_of(tensors, classes))
