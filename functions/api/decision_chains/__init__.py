"""The HTTP resource of decision chains: of an image, and from a model to its judgements."""
