"""Runs a model that Kenpin exported, without Kenpin and without TensorFlow."""
