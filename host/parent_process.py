"""Ends a process when its parent process has ended."""

import os
import threading


def end_with_parent() -> None:
    """End this process when standard input closes: the parent holds its other end and never writes."""
    threading.Thread(target=_wait_for_parent, daemon=True, name="parent-watch").start()


def _wait_for_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)
