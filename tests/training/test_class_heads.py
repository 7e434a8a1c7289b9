"""Heads of defect classes beside NG: they tell classes apart, and only classes that enough images show."""

import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.dataset.values import Defect
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.events import PoolScored, RunSucceeded
from kenpin_training.artifact import read
from kenpin_training.data import TrainingRow
from kenpin_training.pipeline import learning
from kenpin_training.pipeline.class_heads import FittedHeads, fit_heads
from kenpin_training.pipeline.features import no_progress
from kenpin_training.pipeline.fine_tune import FineTuned
from kenpin_training.pipeline.network import pinned_network
from kenpin_training.pipeline.probe import Features, Probe
from kenpin_training.pipeline.training_set import TrainingSet
from kenpin_training.suggest import features_in
from kenpin_training.train import train
from tests.training.conftest import SIZE, Means, Photos

FOLDS = [np.arange(40) % 4 == fold for fold in range(4)]


def rows(shown: dict[str, list[int]], groups: dict[int, str] | None = None) -> list[TrainingRow]:
    """Return 40 images: the last 20 are NG, and show the classes of which they are named."""
    return [
        TrainingRow(
            f"{n}",
            None,
            "NG" if n >= 20 else "OK",
            (groups or {}).get(n, f"image {n}"),
            "train",
            defects=tuple(Defect(name) for name, of in shown.items() if n in of),
        )
        for n in range(40)
    ]


def fitted(shown: dict[str, list[int]], groups: dict[int, str] | None = None) -> FittedHeads:
    """Fit heads to images whose first features say the classes, in the order of their names."""
    features = np.random.default_rng(4).normal(0, 0.3, (40, 6)).astype(np.float32)
    for column, name in enumerate(sorted(shown)):
        features[shown[name], column] += 3
    return fit_heads(features, rows(shown, groups), 1.0, FOLDS)


def test_heads_tell_classes_apart_and_an_image_may_show_both() -> None:
    scratches, dents = list(range(20, 33)), list(range(30, 40))
    told = fitted({"scratch": scratches, "dent": dents})
    assert told.heads.classes == ("dent", "scratch")
    shown = np.array([[n in dents, n in scratches] for n in range(40)])
    assert ((told.unseen > 0.5) == shown).all(), "by heads that had not seen the image"


@pytest.mark.parametrize(
    "images, groups, is_told",
    [
        (range(35, 40), {}, True),
        (range(36, 40), {}, False),
        (range(35, 40), dict.fromkeys(range(35, 40), "group P1"), False),
        (range(35, 40), dict.fromkeys(range(35, 39), "group P1"), True),
    ],
)
def test_a_class_needs_five_images_of_two_groups(
    images: range, groups: dict[int, str], is_told: bool
) -> None:
    told = fitted({"scratch": list(range(20, 33)), "dent": list(images)}, groups)
    assert ("dent" in told.heads.classes) is is_told and "scratch" in told.heads.classes


def test_ng_images_without_a_class_teach_no_head_but_are_scored() -> None:
    told = fitted({"scratch": list(range(20, 30))})
    features = np.zeros((40, 6), np.float32)
    features[20:, 0] = 3
    unnamed = fit_heads(features, rows({"scratch": list(range(20, 30))}), 1.0, FOLDS)
    assert (unnamed.unseen[30:] > 0.5).all() and not np.isnan(told.unseen).any()


def test_a_class_that_one_fold_holds_whole_has_no_unseen_score_there() -> None:
    told = fitted({"scratch": [23, 27, 31, 35, 39]})
    (fold,) = (fold for fold in FOLDS if fold[23])
    assert (np.isnan(told.unseen[:, 0]) == fold).all()


def coloured(seed: int, channels: tuple[int, ...]) -> bytes:
    pixels = np.random.default_rng(seed).integers(60, 120, (144, 192, 3), np.uint8)
    pixels[:, :, list(channels)] += 90
    body = io.BytesIO()
    Image.fromarray(pixels).save(body, "PNG")
    return body.getvalue()


@pytest.fixture
def two_classes(photos: Photos) -> Photos:
    """12 OK images, 6 with rust (red), 6 with mould (green), 3 with a crack; the last of each is tested on."""
    photos.judge(ok := photos.add([coloured(n, ()) for n in range(12)]), "OK")
    tested = [ok[-1]]
    for name, channels, count in (("rust", (0,), 6), ("mould", (1,), 6), ("crack", (2,), 3)):
        ids = photos.add([coloured(100 * channels[0] + 50 + n, channels) for n in range(count)])
        defects = (Defect(name),)
        photos.submit([Judgement(image_id=id, verdict="NG", defects=defects) for id in ids])
        tested.append(ids[-1])
    photos.split(tested, "by part")
    return photos


def tune_nothing(
    training_set: TrainingSet, features: Features, start: Probe, recipe: Recipe, *_: object
) -> FineTuned:
    """Stands for fine-tuning, which takes seconds: the network stays as it is."""
    return FineTuned(pinned_network(recipe), start, np.full(training_set.held_out.sum(), 0.5))


@pytest.mark.parametrize("changes", [{}, {"tiles_along": 2}, {"method": "fine_tune"}])
def test_a_run_keeps_the_scores_of_classes_and_its_model_gives_them_again(
    platform: Platform,
    two_classes: Photos,
    means: Means,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
) -> None:
    monkeypatch.setattr(learning, "fine_tune", tune_nothing)
    recipe = Recipe.model_validate({"image_size": SIZE, **changes})
    train(platform, two_classes.request(recipe=recipe), "line-pc:7")
    told = [event for commit in platform.events.read("run-run1") for event in events_in(commit)]
    (scored,) = [event for event in told if isinstance(event, PoolScored)]
    (done,) = [event for event in told if isinstance(event, RunSucceeded)]
    with platform.objects.open(f"predictions/{scored.predictions}.parquet") as file:
        table = pq.read_table(io.BytesIO(file.read()))
    classes = json.loads(table.schema.metadata[b"model_classes"])
    assert classes == ["mould", "rust"], "two images of a crack are too few"
    found = {row["image_id"]: row for row in table.to_pylist()}
    assert any(row["fold_class_scores"] for row in found.values())
    for row in found.values():
        is_told = row["fold_class_scores"] is not None
        assert is_told is (row["use"] == "train" and (not changes.get("method") or row["fold_score"] == 0.5))
        scores = row["fold_class_scores"] if is_told else row["class_scores"]
        shown = [name in row["classes"] for name in classes]
        assert [score > 0.5 for score in scores] == shown or row["classes"] == ["crack"]
    with platform.objects.open(f"models/{done.artifact}.safetensors") as file:
        body = file.read()
    back = read(body)
    assert back.to_bytes() == body and back.about.defect_classes == back.model.classes == ("mould", "rust")
    judged = back.model.judge(two_classes.ids, features_in(platform, {}), no_progress)
    assert judged.class_scores is not None
    assert judged.class_scores.tolist() == [found[id]["class_scores"] for id in two_classes.ids]
