"""EfficientNet-Lite0: small, quick on a CPU, and plain (ReLU6, no squeeze-and-excite)."""

from typing import Final

FEATURES: Final = 2 * (40 + 80 + 112 + 192 + 320)
"""Features of an image. The number stands here so that reading it does not import TensorFlow."""
PATCH_CHANNELS: Final = 40 + 112
PATCH_STEP: Final = 8
"""Pixels from one patch to the next."""
REVISION: Final = "1"
"""Increase it when the same image and weights give other features: cached features are then computed again."""
