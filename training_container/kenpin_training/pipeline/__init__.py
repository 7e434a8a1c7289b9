"""The steps of a run: features, fit, threshold, evaluation, scores, suggestions."""
