"""Rows of erased images and the erasures still to carry out."""
