"""The audit pack: history, a report to read, and a program that checks both anywhere."""
