"""EfficientNet-Lite0: small, quick on a CPU, and plain (ReLU6, no squeeze-and-excite)."""

from typing import Final

FEATURES: Final = 2 * (40 + 80 + 112 + 192 + 320)
"""Features of an image; stated here so that no one needs TensorFlow to know."""
REVISION: Final = "1"
"""Raised when the same image and weights begin to give other features, so that cached ones are made anew."""
