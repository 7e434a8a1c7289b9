"""Stacks, one per part that is deployed, watched and removed on its own."""
