"""Rows of e-mails: the news that waits for people, and where news is found."""
