"""Rows that answer questions: one file per screen or report."""
