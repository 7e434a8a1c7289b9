"""The HTTP resource of exports."""
