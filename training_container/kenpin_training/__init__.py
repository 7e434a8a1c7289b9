"""Training for Kenpin: it turns a dataset at a version into a model, scores and suggestions."""
