"""Exit statuses of a job's process. Any other status is a crash and is retried."""

from typing import Final

DONE: Final = 0
NOT_AGAIN: Final = 64
"""It would fail the same way each time; the last line of its log says why."""
OVER: Final = 65
"""Nobody wants it any more: cancelled, or in another worker's hands."""
STOPPED: Final = 143
"""The worker told it to stop, and will give the job back."""
