"""Readers of other people's data: each yields one SourceEntry per image, or says what is wrong with it."""
