"""The HTTP resource of members, their roles and tokens."""
