"""The two processes that `bench small` measures: `python -m bench.small_side train|judge FOLDER METHOD LONG_SIDE`."""

import json
import sys
from pathlib import Path
from typing import Final, cast

import msgspec
import numpy as np
from msgspec import Struct

from bench.drawn_defects import SyntheticDefect
from bench.report import stopwatch
from bench.training_world import MemoryDataset, memory_platform, stored
from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.dataset.values import Defect
from kenpin.domain.recipe import Method, Recipe
from kenpin.domain.run.events import RunSucceeded
from kenpin_training.artifact import read
from kenpin_training.pipeline.features import no_progress
from kenpin_training.suggest import features_in
from kenpin_training.train import train

TILE: Final = 768
"""Twelve tiles cover a picture of 3072 × 2304 pixels; their margins alone overlap."""


class FilePicture(Struct, frozen=True):
    """A picture in the folder, the files of its masks by kind, and its defects."""

    file: str
    masks: dict[str, str]
    defects: tuple[SyntheticDefect, ...]


def pictures_in(folder: Path, part: str) -> list[FilePicture]:
    """Return the pictures of `train` or `test`."""
    return msgspec.json.decode((folder / f"{part}.json").read_bytes(), type=list[FilePicture])


def platform_in(folder: Path) -> Platform:
    """Return a platform whose objects are files: pictures of a run do not stay in memory."""
    return memory_platform(
        folder / "data", FilesystemObjectStore(folder / "objects", "http://localhost", b"key")
    )


def train_model(folder: Path, recipe: Recipe) -> float:
    """Carry out a whole run on the pictures to learn from, and write its model; return its seconds."""
    platform = platform_in(folder)
    dataset = MemoryDataset(platform)
    for picture in pictures_in(folder, "train"):
        [image_id] = dataset.add([(folder / picture.file).read_bytes()])
        masks = stored(platform.objects, [(folder / name).read_bytes() for name in picture.masks.values()])
        defects = tuple(Defect(kind, mask=mask) for kind, mask in zip(picture.masks, masks, strict=True))
        verdict = "NG" if defects else "OK"
        dataset.submit([Judgement(image_id=image_id, verdict=verdict, defects=defects)])
    job = dataset.request(recipe=recipe)
    with stopwatch() as clock:
        train(platform, job, "bench:1")
    events = [event for commit in platform.events.read("run-run1") for event in events_in(commit)]
    [done] = [event for event in events if isinstance(event, RunSucceeded)]
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        (folder / "model").write_bytes(file.read())
    return clock.seconds


def judge(folder: Path) -> float:
    """Judge the test pictures with the model and write their maps; return the seconds, without the first picture's.

    The first picture compiles the network.
    """
    platform = platform_in(folder)
    names = [picture.file for picture in pictures_in(folder, "test")]
    ids = stored(platform.objects, [(folder / name).read_bytes() for name in names])
    model = read((folder / "model").read_bytes()).model
    store = features_in(platform, {})
    model.judge(ids[:1], store, no_progress)
    with stopwatch() as clock:
        judged = model.judge(ids, store, no_progress)
    np.savez(folder / "maps.npz", *[judged.maps[id].heat for id in ids])
    return clock.seconds


def main(step: str, folder: Path, method: Method, long_side: int | None) -> None:
    recipe = Recipe(method=method, long_side=long_side, tile=TILE)
    seconds = train_model(folder, recipe) if step == "train" else judge(folder)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), cast(Method, sys.argv[3]), int(sys.argv[4]) or None)
