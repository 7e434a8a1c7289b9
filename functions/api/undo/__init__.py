"""The HTTP resource of undo."""
