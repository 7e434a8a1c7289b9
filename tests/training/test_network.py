"""The Keras network does what its PyTorch original does, worked out here with plain NumPy."""

import numpy as np
import pytest
from numpy.typing import NDArray

from kenpin_training.backbones.efficientnet_lite.torch_file import read_tensors
from kenpin_training.backbones.efficientnet_lite.variants import (
    BACKBONES,
    EFFICIENTNET_LITE0,
    EfficientNetLite,
)
from kenpin_training.pipeline.network import Network

SIZE = 96
Maps = NDArray[np.float64]
"""channels × height × width"""


@pytest.fixture(scope="module")
def original() -> dict[str, Maps]:
    return {name: t.astype(np.float64) for name, t in read_tensors(EFFICIENTNET_LITE0.weights.path).items()}


def convolved(maps: Maps, kernel: Maps, stride: int) -> Maps:
    """Padded as TensorFlow pads SAME, for which these weights were learnt: at stride 2 the odd pixel goes last."""
    out, size = -(-maps.shape[1] // stride), kernel.shape[2]
    missing = max((out - 1) * stride + size - maps.shape[1], 0)
    padding = (missing // 2, missing - missing // 2)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(maps, [(0, 0), padding, padding]), (size, size), (1, 2)
    )
    windows = windows[:, ::stride, ::stride]
    if kernel.shape[1] == 1 < len(maps):
        return np.asarray(np.einsum("chwij,cij->chw", windows, kernel[:, 0]))
    return np.asarray(np.einsum("chwij,ocij->ohw", windows, kernel))


def normed(maps: Maps, original: dict[str, Maps], name: str) -> Maps:
    mean, variance = original[f"{name}.running_mean"], original[f"{name}.running_var"]
    scale = original[f"{name}.weight"] / np.sqrt(variance + 1e-3)
    return (maps - mean[:, None, None]) * scale[:, None, None] + original[f"{name}.bias"][:, None, None]


def relu6(maps: Maps) -> Maps:
    return np.clip(maps, 0, 6)


def block(x: Maps, original: dict[str, Maps], n: int, stride: int) -> Maps:
    name = f"_blocks.{n}"
    y = x
    if f"{name}._expand_conv.weight" in original:
        y = relu6(normed(convolved(y, original[f"{name}._expand_conv.weight"], 1), original, f"{name}._bn0"))
    y = relu6(
        normed(convolved(y, original[f"{name}._depthwise_conv.weight"], stride), original, f"{name}._bn1")
    )
    y = normed(convolved(y, original[f"{name}._project_conv.weight"], 1), original, f"{name}._bn2")
    return y + x if stride == 1 and x.shape == y.shape else y


def test_the_first_blocks_agree_with_plain_numpy(original: dict[str, Maps]) -> None:
    import keras

    image = np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    x = (image.transpose(2, 0, 1).astype(np.float64) - 127) / 128
    x = relu6(normed(convolved(x, original["_conv_stem.weight"], 2), original, "_bn0"))
    for n, stride in enumerate([1, 2, 1, 2, 1]):
        x = block(x, original, n, stride)
    whole = Network(SIZE).model()
    ours = keras.Model(whole.input, whole.get_layer("blocks_4_add").output)(image[None], training=False)
    assert np.abs(ours.numpy()[0].transpose(2, 0, 1) - x).max() < 1e-3 * np.abs(x).max()


@pytest.mark.parametrize("backbone", BACKBONES.values(), ids=BACKBONES)
def test_every_layer_has_weights_of_its_own_and_only_the_head_is_left_out(backbone: EfficientNetLite) -> None:
    model, pinned = Network(SIZE, backbone=backbone).model(), backbone.weights.load()
    with_weights = {layer.name for layer in model.layers if layer.weights}
    assert set(pinned) - with_weights == {"conv_head", "bn1", "fc"}
    assert with_weights <= set(pinned)
    assert model.output_shape == (None, backbone.features)
    images = np.random.default_rng(7).integers(0, 256, (2, SIZE, SIZE, 3), dtype=np.uint8)
    first, second = model(images, training=False).numpy()
    assert np.isfinite([first, second]).all() and np.abs(first - second).max() > 0.1
    assert backbone.patch_model(SIZE, 2 * SIZE).output_shape == (None, 12, 24, backbone.patch_channels)


def test_each_backbone_has_a_cache_of_features_of_its_own() -> None:
    assert len({Network(SIZE, backbone=backbone).digest for backbone in BACKBONES.values()}) == 3


def test_features_do_not_depend_on_the_neighbours_in_a_batch() -> None:
    run = Network(SIZE).compiled()
    images = np.random.default_rng(6).integers(0, 256, (16, SIZE, SIZE, 3), dtype=np.uint8)
    alone = np.zeros_like(images)
    alone[9] = images[2]
    assert run(alone)[9].tobytes() == run(images)[2].tobytes()
