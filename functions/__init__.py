"""Entry points: the Lambda handlers, which the single node runs as they are."""
