"""Readers of other people's data: each yields one Entry per image, or says what is wrong with it."""
