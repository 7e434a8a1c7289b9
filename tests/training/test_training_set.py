"""Fine-tuning sees images changed in the ways that its recipe allows, and in no other."""

import hashlib

import numpy as np
import pytest

from kenpin.domain.recipe import Recipe
from kenpin_training.pipeline.training_set import augment

IMAGE = np.random.default_rng(0).integers(0, 200, (4, 4, 3), np.uint8)
MIRRORED = [IMAGE, IMAGE[:, ::-1], IMAGE[::-1], IMAGE[::-1, ::-1]]
TURNED = [np.rot90(IMAGE, turn) for turn in range(4)]


def seen(recipe: Recipe) -> set[bytes]:
    """Return the different images among 200 that fine-tuning sees."""
    images = augment(np.stack([IMAGE] * 200), recipe, np.random.default_rng(1))
    return {image.tobytes() for image in images}


@pytest.mark.parametrize(
    ("may_mirror", "may_turn", "expected"),
    [
        (False, False, [IMAGE]),
        (True, False, MIRRORED),
        (False, True, TURNED),
        (True, True, [*TURNED, *(np.rot90(IMAGE[::-1], turn) for turn in range(4))]),
    ],
)
def test_images_are_mirrored_and_turned_as_the_recipe_allows(
    may_mirror: bool, may_turn: bool, expected: list[np.ndarray]
) -> None:
    recipe = Recipe(may_mirror=may_mirror, may_turn=may_turn, brightness=0)
    assert seen(recipe) == {image.tobytes() for image in expected}


@pytest.mark.parametrize("brightness", [0.0, 0.1, 0.5])
def test_brightness_changes_by_no_more_than_the_recipe_says(brightness: float) -> None:
    recipe = Recipe(may_mirror=False, brightness=brightness)
    images = augment(np.full((500, 2, 2, 3), 100, np.uint8), recipe, np.random.default_rng(1))
    assert images.min() == pytest.approx(100 * (1 - brightness), abs=2)
    assert images.max() == pytest.approx(100 * (1 + brightness), abs=2)


def test_a_recipe_from_before_these_fields_gives_the_same_bits() -> None:
    images = np.random.default_rng(2).integers(0, 256, (16, 8, 8, 3), np.uint8)
    before = Recipe.model_validate({"method": "fine_tune", "epochs": 2})
    digest = hashlib.sha256(augment(images, before, np.random.default_rng(3)).tobytes()).hexdigest()
    assert digest == "8836f5cf5cb56faa6debc28109ac5409496e2638109f5684be08f875a6c03ece"
