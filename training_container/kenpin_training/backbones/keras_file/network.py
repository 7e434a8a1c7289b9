"""Models made of a Keras file: its layers up to the taps, for an input of any size. It imports TensorFlow."""

from collections import Counter
from functools import cache

import keras
from keras import layers

from kenpin_training.backbones.backbone import PATCH_STEP, layers_of
from kenpin_training.backbones.keras_file.file import KerasFile, UnusableBackbone, path_of
from kenpin_training.backbones.pooling import features_of, patches_of
from kenpin_training.determinism import set_up

PATCH_STEPS = (PATCH_STEP, 2 * PATCH_STEP)
"""Steps of the maps that patches are made of, in pixels"""
CONVOLUTIONS = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D)
SMALLEST = 96
"""An image_size that is always allowed, at which shapes are looked up"""


def build(file: KerasFile, image_size: int) -> keras.Model:
    """Build images × size × size × 3 → images × features. Raises UnusableBackbone."""
    image, taps = _taps(file, image_size, image_size)
    return keras.Model(image, features_of(taps), name=file.name)


def build_patches(file: KerasFile, height: int, width: int) -> keras.Model:
    """Build images × height × width × 3 → images × height/8 × width/8 × channels. Raises UnusableBackbone."""
    image, taps = _taps(file, height, width)
    places = {(height // step, width // step) for step in PATCH_STEPS}
    fitting = [tap for tap in taps if tuple(tap.shape[1:3]) in places]
    if not fitting:
        raise UnusableBackbone(
            file.name,
            f"maps of anomaly and segmentation need a tap with a step of {PATCH_STEPS[0]} or {PATCH_STEPS[1]} pixels, "
            f"and of {height} × {width} pixels the taps make "
            + ", ".join(f"{tap.shape[1]} × {tap.shape[2]}" for tap in taps),
        )
    return keras.Model(image, patches_of(fitting, height), name=f"{file.name}-patches")


def later_convolutions(file: KerasFile, model: keras.Model) -> list[keras.Layer]:
    """Return the later half of the convolutions, in the order of the file. Raises UnusableBackbone."""
    found = [layer for layer in layers_of(model) if isinstance(layer, CONVOLUTIONS)]
    names = Counter(layer.name for layer in found)
    if not found:
        raise UnusableBackbone(file.name, "it has no convolution before its taps that could be fine-tuned")
    if (most := names.most_common(1)[0])[1] > 1:
        raise UnusableBackbone(
            file.name, f"it cannot be fine-tuned, as two of its layers are named {most[0]}"
        )
    return found[len(found) // 2 :]


@cache
def features(file: KerasFile) -> int:
    return int(build(file, SMALLEST).output_shape[-1])


@cache
def patch_channels(file: KerasFile) -> int:
    return int(build_patches(file, SMALLEST, SMALLEST).output_shape[-1])


def _taps(file: KerasFile, height: int, width: int) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
    """Return the input and the maps of the taps, of an input of this size."""
    trunk = _trunk(file)
    image = layers.Input((height, width, 3), dtype="uint8", name="image")
    pixels = layers.Rescaling(1 / file.scale, offset=-file.mean / file.scale, name="rescale")(image)
    try:
        resized = keras.models.clone_model(trunk, layers.Input((height, width, 3)))
        resized.set_weights(trunk.get_weights())
        found = resized(pixels)
    except (ValueError, TypeError, RuntimeError) as error:
        why = f"it takes no images of {height} × {width} pixels ({_first_line(error)})"
        raise UnusableBackbone(file.name, why) from error
    return image, found if isinstance(found, list) else [found]


@cache
def _trunk(file: KerasFile) -> keras.Model:
    """Return the layers from the input to the taps. Raises UnusableBackbone."""
    set_up()
    path = path_of(file.name, file.digest)
    try:
        whole = keras.saving.load_model(path, compile=False, safe_mode=True)
        outputs = [whole.get_layer(tap).output for tap in file.taps]
        (image,) = whole.inputs
        trunk = keras.Model(image, outputs)
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RuntimeError, ImportError) as error:
        raise UnusableBackbone(file.name, _first_line(error)) from error
    for tap, output in zip(file.taps, outputs, strict=True):
        if len(output.shape) != 4:
            raise UnusableBackbone(file.name, f"layer {tap} makes no map (its shape is {output.shape})")
    if len(image.shape) != 4 or image.shape[-1] != 3:
        raise UnusableBackbone(file.name, "its input is not one RGB image, height × width × 3")
    return trunk


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
