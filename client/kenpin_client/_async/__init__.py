"""The client with async: the source that `_sync` is written from."""
