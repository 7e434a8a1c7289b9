"""The HTTP resource of intake: images from factory systems, and rejected arrivals."""
