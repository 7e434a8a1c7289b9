"""The HTTP resource of rounds of judging."""
