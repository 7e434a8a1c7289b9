"""Rows of images: the gallery."""
