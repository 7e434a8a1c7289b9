"""The peer of `history`: DVC over a folder of small images, by its command line, in an environment of its own."""

import os
import random
import subprocess
from pathlib import Path
from typing import Final

from bench.peer_environment import environment_of
from bench.report import stopwatch

IMAGE_BYTES: Final = 4_000
"""Images are small: the time of DVC depends on their number."""


class Folder:
    """A repository with `images` files, all of them added and committed. It needs no git: DVC brings its own."""

    def __init__(self, place: Path, images: int, seed: int) -> None:
        self._place, self._images, self._random = place, images, random.Random(seed)
        self._programs = environment_of("dvc") / "bin"
        (place / "images").mkdir(parents=True)
        self.change(range(images))
        self._run("dulwich", "init", ".")
        self._run("dvc", "init", "--quiet")
        self.add()
        self._run("dulwich", "add", ".")
        self._run("dulwich", "commit", "--message", "first")
        self._first = self._pointer.read_bytes()

    def change(self, numbers: range) -> None:
        """Give these images other bytes."""
        for n in numbers:
            (self._place / "images" / f"{n:06}.png").write_bytes(self._random.randbytes(IMAGE_BYTES))

    def start(self) -> float:
        """Seconds that the command line takes to do nothing."""
        return self._run("dvc", "--version")

    def add(self) -> float:
        return self._run("dvc", "add", "--quiet", "images")

    def diff(self) -> float:
        """Seconds to tell the working folder from the commit, file by file."""
        return self._run("dvc", "diff", "--json")

    def checkout_first(self) -> float:
        """Seconds to have the first version's files in the folder again."""
        self._pointer.write_bytes(self._first)
        return self._run("dvc", "checkout", "--quiet")

    @property
    def _pointer(self) -> Path:
        return self._place / "images.dvc"

    def _run(self, program: str, *arguments: str) -> float:
        quiet = {**os.environ, "HOME": str(self._place), "DVC_NO_ANALYTICS": "1"}
        command: list[str | Path] = [self._programs / program, *arguments]
        with stopwatch() as clock:
            subprocess.run(command, cwd=self._place, env=quiet, check=True, capture_output=True)
        return clock.seconds
