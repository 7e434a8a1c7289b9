"""A Lambda context whose time is up after some looks at it."""

from dataclasses import dataclass, field

from functions.runtime.advance import RESERVE_MS


@dataclass(frozen=True)
class LimitedContext:
    """A Lambda context with enough time for `looks` looks at the clock."""

    looks: int
    function_name: str
    aws_request_id: str = "r-1"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "arn"
    _left: list[int] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        self._left.append(1)
        return RESERVE_MS if len(self._left) <= self.looks else RESERVE_MS - 1
