"""Training for Kenpin: from a run's events to a model, its scores and what to look at next."""
