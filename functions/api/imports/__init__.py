"""The HTTP resource of imports: the plan of a source, and its labels."""
