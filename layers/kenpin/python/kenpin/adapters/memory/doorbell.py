"""A doorbell that remembers the streams it rang for."""


class MemoryDoorbell:
    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, stream: str) -> None:
        self.rung.append(stream)
