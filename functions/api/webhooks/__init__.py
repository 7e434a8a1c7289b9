"""The HTTP resource of webhooks."""
