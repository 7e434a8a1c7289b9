"""The backbone that a recipe names."""

from kenpin.domain.recipe import Recipe
from kenpin_training.backbones.backbone import Backbone
from kenpin_training.backbones.efficientnet_lite.variants import BACKBONES
from kenpin_training.backbones.keras_file.backbone import KerasBackbone
from kenpin_training.backbones.keras_file.file import KerasFile


def backbone_of(recipe: Recipe) -> Backbone:
    """Return the pretrained network of a recipe, or the project's own that the recipe describes."""
    if recipe.backbone is None:
        return BACKBONES[recipe.architecture]
    file = KerasFile(
        recipe.architecture,
        recipe.backbone,
        tuple((recipe.taps or "").split(",")),
        recipe.pixel_mean,
        recipe.pixel_scale,
    )
    return KerasBackbone(file)
