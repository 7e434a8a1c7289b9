"""EfficientNet-Lite0: small, quick on a CPU, and plain (ReLU6, no squeeze-and-excite)."""

from typing import Final

FEATURES: Final = 2 * (40 + 80 + 112 + 192 + 320)
"""Features of an image. The number stands here so that reading it does not import TensorFlow."""
REVISION: Final = "1"
"""Increase it when the same image and weights give other features: cached features are then computed again."""
