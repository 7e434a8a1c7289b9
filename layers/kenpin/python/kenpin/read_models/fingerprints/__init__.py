"""Fingerprints of images: what near-duplicates are found by."""
