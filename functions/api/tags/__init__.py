"""The HTTP resource of tags of dataset versions."""
