"""EfficientNet-Lite in Keras: its layers, stage by stage. Importing this module imports TensorFlow."""

import keras
from keras import layers

from kenpin_training.backbones.efficientnet_lite.stages import FIRST_POOLED_STAGE, TAPS, BlockStage
from kenpin_training.backbones.efficientnet_lite.weights import Weights
from kenpin_training.backbones.pooling import features_of, patches_of


def build(name: str, stages: tuple[BlockStage, ...], image_size: int) -> keras.Model:
    """Build the network whose features are mean and standard deviation of every channel of the later stages."""
    image, stage_outputs = _stages(stages, image_size, image_size)
    return keras.Model(image, features_of(stage_outputs[FIRST_POOLED_STAGE:]), name=name)


def build_patches(name: str, stages: tuple[BlockStage, ...], height: int, width: int) -> keras.Model:
    """Build the network that answers with patches, of the stages of TAPS."""
    image, stage_outputs = _stages(stages[: TAPS[-1] + 1], height, width)
    taps = [stage_outputs[stage] for stage in TAPS]
    return keras.Model(image, patches_of(taps, height), name=f"{name}-patches")


def _stages(
    stages: tuple[BlockStage, ...], height: int, width: int
) -> tuple[keras.KerasTensor, list[keras.KerasTensor]]:
    """Return the input and the output of each stage."""
    image = layers.Input((height, width, 3), dtype="uint8", name="image")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="rescale")(image)
    x = _conv(x, 32, 3, 2, "conv_stem", "bn0")
    outputs, block = [], 0
    for stage in stages:
        for repeat in range(stage.repeats):
            x = _block(x, stage, stage.stride if repeat == 0 else 1, f"blocks_{block}")
            block += 1
        outputs.append(x)
    return image, outputs


def with_weights(model: keras.Model, weights: Weights) -> keras.Model:
    """Set the weights of every layer by its name. Raises KeyError when a layer has none."""
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(weights[layer.name])
    return model


def _block(x: keras.KerasTensor, stage: BlockStage, stride: int, name: str) -> keras.KerasTensor:
    """Inverted residual: widen, filter each channel, narrow; add the input where shapes allow."""
    width = x.shape[-1]
    y = _conv(x, width * stage.expand, 1, 1, f"{name}_expand_conv", f"{name}_bn0") if stage.expand > 1 else x
    y = layers.DepthwiseConv2D(stage.kernel, stride, "same", use_bias=False, name=f"{name}_depthwise_conv")(y)
    y = layers.ReLU(6, name=f"{name}_depthwise_relu")(_norm(y, f"{name}_bn1"))
    y = layers.Conv2D(stage.width, 1, use_bias=False, name=f"{name}_project_conv")(y)
    y = _norm(y, f"{name}_bn2")
    return layers.Add(name=f"{name}_add")([x, y]) if stride == 1 and width == stage.width else y


def _conv(
    x: keras.KerasTensor, width: int, kernel: int, stride: int, name: str, norm: str
) -> keras.KerasTensor:
    x = layers.Conv2D(width, kernel, stride, "same", use_bias=False, name=name)(x)
    return layers.ReLU(6, name=f"{name}_relu")(_norm(x, norm))


def _norm(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.BatchNormalization(epsilon=1e-3, name=name)(x)
