"""A dataset: images, what people decided about them, and the versions of both."""
