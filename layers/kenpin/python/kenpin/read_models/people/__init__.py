"""Rows of names and e-mail addresses of people."""
