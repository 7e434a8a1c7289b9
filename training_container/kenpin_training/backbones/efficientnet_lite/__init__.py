"""EfficientNet-Lite: small, quick on a CPU, and plain (ReLU6, no squeeze-and-excite)."""
