"""Soft labels: an image on which people differ is learnt with the share of them who say NG."""

import numpy as np
import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.dataset.commands import CloseAgreementTask, JudgeBlind, OpenAgreementTask
from kenpin.domain.recipe import Recipe
from kenpin_training.data import TrainingData, TrainingRow, data_now
from kenpin_training.pipeline.probe import fit, sample_weights
from kenpin_training.pipeline.soft_labels import soft_note, targets
from kenpin_training.pipeline.tiled_probe import TiledImage, fit_tiles
from kenpin_training.pipeline.training_set import TrainingSet
from tests.training.conftest import Photos

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def images(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    ng = np.arange(40) % 2 == 0
    features = random.normal(size=(40, 6)).astype(np.float32)
    features[:, 0] += 2 * ng
    return features, ng


def test_a_score_rises_with_the_share_of_people_who_say_ng() -> None:
    features, ng = images()
    scores = []
    for share in SHARES:
        shares = ng.astype(float)
        shares[0] = share
        scores.append(float(fit(features, shares, 1.0).scores(features[:1])[0]))
    assert scores == sorted(scores) and len(set(scores)) == len(SHARES)


def test_the_highest_tile_of_an_image_rises_with_the_share() -> None:
    features, ng = images()
    tiled = [TiledImage(np.stack([row, row * 0.1]), np.zeros(2, bool)) for row in features]
    scores = []
    for share in (0.25, 0.5, 0.75, 1.0):
        shares = ng.astype(float)
        shares[0] = share
        scores.append(float(fit_tiles(tiled, shares, 1.0).scores(tiled[0].features).max()))
    assert scores == sorted(scores) and scores[0] < scores[-1]


def test_where_nobody_differs_the_same_is_learnt_as_before() -> None:
    features, ng = images()
    hard, soft = fit(features, ng, 1.0), fit(features, ng.astype(float), 1.0)
    assert (hard.bias, hard.weight.tolist()) == (soft.bias, soft.weight.tolist())
    assert sample_weights(ng).tolist() == sample_weights(ng.astype(float)).tolist()


def test_fine_tuning_is_told_the_share() -> None:
    shares = np.array([0, 1, 0.25, 0.75, 1])
    pixels = np.zeros((5, 2, 2, 3), np.uint8)
    pixels += np.arange(5, dtype=np.uint8)[:, None, None, None] * 10
    training_set = TrainingSet(pixels, shares, held_out=np.arange(5) == 4)
    recipe = Recipe(batch_size=4, brightness=0)
    (batch,) = training_set.epoch(recipe, np.random.default_rng(0))
    told = {int(image.max()) // 10: (target, weight) for image, target, weight in zip(*batch, strict=True)}
    assert [told[n][0] for n in range(4)] == [0, 1, 0.25, 0.75]
    assert told[2][1] == pytest.approx(1.0), "both verdicts are equally frequent"


@pytest.mark.parametrize(
    ("soft_labels", "learnt", "note"),
    [
        (True, [0.0, 1 / 3, 1.0], ", 1 learnt with the share of people who say NG"),
        (False, [0.0, 0.0, 1.0], ""),
    ],
)
def test_a_recipe_turns_soft_labels_off(soft_labels: bool, learnt: list[float], note: str) -> None:
    rows = (
        TrainingRow("a", None, "OK", "a", "train"),
        TrainingRow("b", None, "OK", "b", "train", ng_share=1 / 3),
        TrainingRow("c", None, "NG", "c", "train"),
    )
    data, recipe = TrainingData(rows, {}), Recipe(soft_labels=soft_labels)
    assert targets(data, recipe).tolist() == learnt
    assert soft_note(data, recipe) == note
    assert data.ng.tolist() == [False, False, True]


def test_answers_of_a_closed_agreement_task_make_a_soft_label(platform: Platform, labelled: Photos) -> None:
    asked = labelled.ids[0]
    people = ("hanako", "taro")
    labelled.tell(OpenAgreementTask(task_id="t", image_ids=(asked,), people=people))
    for person, verdict in zip(people, ("NG", "OK"), strict=True):
        labelled.tell(JudgeBlind(task_id="t", image_id=asked, person=person, verdict=verdict))

    def shares() -> dict[str, float]:
        rows = data_now(platform.events, platform.objects, "photos").rows
        return {row.image_id: row.ng_share for row in rows if row.ng_share is not None}

    assert shares() == {}
    labelled.tell(CloseAgreementTask(task_id="t"))
    assert shares() == {asked: pytest.approx(1 / 3)}
