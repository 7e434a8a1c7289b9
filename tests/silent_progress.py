"""Progress of long work that nobody looks at."""


class SilentProgress:
    """A progress that shows nothing."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...
