"""Exit statuses of a job's process. Any other status is a crash and is retried."""

from typing import Final

DONE: Final = 0
FAILED_FOR_GOOD: Final = 64
"""Another try would fail the same way; the last line of the log is the reason."""
NO_LONGER_NEEDED: Final = 65
"""The job was cancelled, or another worker has it."""
STOPPED: Final = 143
"""The worker stopped the process, and gives the job back."""
