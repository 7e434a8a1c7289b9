"""The pretrained networks beside each other: AUROC of the probe on test images, and images a second."""

from time import perf_counter
from typing import Final

import numpy as np
from sklearn.metrics import roc_auc_score

from bench.labelled_sets import BATCH, LabelledSet, labelled_sets
from bench.report import Report, Scale
from kenpin.domain.recipe import Recipe
from kenpin_training.backbones.efficientnet_lite.variants import BACKBONES
from kenpin_training.pipeline import probe
from kenpin_training.pipeline.network import Network, pinned_network

SEEDS: Final = 5
BATCHES: Final = 6
RECIPE: Final = Recipe()
NOTES: Final = [
    "AUROC of the probe on the images of a quarter of the groups, drawn anew with each seed; the same for all networks",
    "images a second: the network alone, at the image size of the default recipe, in batches of 16",
]


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    report.seeds |= {f"seed {seed}": seed for seed in range(SEEDS)}
    for name in BACKBONES:
        network = pinned_network(RECIPE.model_copy(update={"architecture": name}))
        report.add(f"{name}, speed", "images/s", _speeds(network))
        for data in labelled_sets(scale, report, network):
            report.sizes |= {f"{data.name}, images": data.ng.size, f"{data.name}, NG": int(data.ng.sum())}
            report.add(f"{name}, {data.name}", "AUROC", [_auroc(data, seed) for seed in range(SEEDS)])
    report.notes = list(dict.fromkeys(report.notes))


def _speeds(network: Network) -> list[float]:
    """Return the images a second of some batches, after one that compiles the network."""
    run, size = network.compiled(), network.image_size
    batch = np.random.default_rng(0).integers(0, 256, (BATCH, size, size, 3), dtype=np.uint8)
    run(batch)
    speeds = []
    for _ in range(BATCHES):
        began = perf_counter()
        run(batch)
        speeds.append(BATCH / (perf_counter() - began))
    return speeds


def _auroc(data: LabelledSet, seed: int) -> float:
    test = data.test(np.random.default_rng(seed))
    fitted = probe.fit(data.features[~test], data.ng[~test], RECIPE.c)
    return float(roc_auc_score(data.ng[test], fitted.scores(data.features[test])))
