"""Anomaly: a memory of patches of OK images; what is unlike all of them is NG."""
