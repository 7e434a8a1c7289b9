"""Comparison of models with gates, and promotion."""
