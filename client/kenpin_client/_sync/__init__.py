"""The client without async, written by `make generate` from `_async`, but for io.py."""
