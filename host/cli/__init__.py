"""`kenpin`, the command line: a client of the HTTP API like any other, and the way to start one machine."""
