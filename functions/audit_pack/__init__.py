"""Audit packs: history as stored with all that checks it, written for a command or for a browser."""
