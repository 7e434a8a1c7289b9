"""What an auditor takes away: a pack of history, a report to read, and a program that checks it anywhere."""
