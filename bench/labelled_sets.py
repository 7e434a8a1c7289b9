"""Image sets with verdicts and features, for benches of what is learnt from them."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image

from bench.report import Report, Scale, print_progress
from host.importers import elpv
from host.sample import photos
from kenpin.importing.entry import Source, SourceEntry, Unreadable
from kenpin.importing.tree import FolderTree, Tree
from kenpin_training.pipeline.network import Network
from kenpin_training.pipeline.probe import Features, IsNg

Places = NDArray[np.int64]

RARE: Final = 0.2
"""Share of NG images that the imbalanced set keeps: some 8 % of ELPV are NG then."""
BATCH: Final = 16
BALLSCREW: Final = photos.FOLDER.with_name("ballscrew")


class LabelledSet(Struct, frozen=True):
    """Features of judged images, and the images that a test split takes as a whole."""

    name: str
    features: Features
    ng: IsNg
    groups: Places

    def test(self, random: np.random.Generator) -> NDArray[np.bool_]:
        """Draw the images of a test part: a quarter of the groups."""
        names = np.unique(self.groups)
        return np.isin(self.groups, random.permutation(names)[: max(1, len(names) // 4)])


def labelled_sets(scale: Scale, report: Report, network: Network) -> Iterator[LabelledSet]:
    """Yield the sets with features by a network: cookies and ball screw; at the full scale ELPV too, if installed."""
    yield _labelled("cookies", photos.source(), network)
    yield _ballscrew(network)
    if scale == "small":
        return
    try:
        source = elpv.source()
    except Unreadable as reason:
        report.notes.append(f"without ELPV: {reason}")
        return
    report.notes.append(elpv.LICENCE)
    whole = _labelled("ELPV", source, network)
    yield whole
    kept = ~whole.ng | (np.random.default_rng(1).random(whole.ng.size) < RARE)
    yield LabelledSet("ELPV with few NG", whole.features[kept], whole.ng[kept], whole.groups[kept])


def _labelled(name: str, source: Source, network: Network) -> LabelledSet:
    entries = [each for each in source.entries if isinstance(each, SourceEntry) and each.verdict]
    features = _features(source.tree, [each.path for each in entries], name, network)
    return LabelledSet(
        name, features, np.array([each.verdict == "NG" for each in entries]), np.arange(len(entries))
    )


def _ballscrew(network: Network) -> LabelledSet:
    """Every photo with drawn pitting is NG; one without is taken as OK, which nobody has proven."""
    tree = FolderTree(BALLSCREW)
    paths = sorted(path for path in tree.paths() if path.endswith(".jpg"))
    labels = set(tree.paths())
    ng = np.array([path.replace("images", "labels").replace(".jpg", ".json") in labels for path in paths])
    _, groups = np.unique([path.split("_", 2)[2].split("_crop")[0] for path in paths], return_inverse=True)
    return LabelledSet(
        "ball screw", _features(tree, paths, "ball screw", network), ng, groups.astype(np.int64)
    )


def _features(tree: Tree, paths: Sequence[str], name: str, network: Network) -> Features:
    print_progress(f"{name}: features of {len(paths)} images")
    run, size, waiting = network.compiled(), network.image_size, iter(paths)
    found: list[Features] = []
    while batch := list(islice(waiting, BATCH)):
        pixels = np.zeros((BATCH, size, size, 3), np.uint8)
        for place, path in enumerate(batch):
            with tree.open(path) as file, Image.open(file) as image:
                scaled = image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
            pixels[place] = np.asarray(scaled)
        found.append(np.asarray(run(pixels))[: len(batch)])
    return np.concatenate(found)
