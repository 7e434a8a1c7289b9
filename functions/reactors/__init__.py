"""Turns facts into jobs and commands."""
