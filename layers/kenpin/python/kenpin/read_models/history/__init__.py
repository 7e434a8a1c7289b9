"""Rows of commits: the timeline, the diff and the decision chain."""
