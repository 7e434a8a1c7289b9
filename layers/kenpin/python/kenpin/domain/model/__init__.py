"""A model: what a run made, where its threshold lies, and which stage people put it in."""
