"""Pretrained networks that models are built on, one folder each."""
