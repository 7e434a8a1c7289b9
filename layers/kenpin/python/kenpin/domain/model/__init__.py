"""A model: the result of a run, with a threshold and a stage."""
