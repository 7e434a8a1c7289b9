"""Cold starts: a fresh interpreter imports each function's handler and makes the parts that the function may use."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.report import Figure, Report, Scale
from functions.manifest import FUNCTIONS, Function

ROOT: Final = Path(__file__).parents[2]
REPEATS: Final[dict[Scale, int]] = {"small": 10, "full": 30}
PACKAGES_NAMED: Final = 5
"""Number of packages that the note of a function names."""
STANDARD_LIBRARY: Final = "the standard library"
MAX_QUERIES_S: Final = 0.45
MAX_FUNCTION_S: Final = 0.7
PART_OF_GRANT: Final = {"events": "events", "jobs": "jobs", "intake": "dead_letters", "rows": "database"}
"""The part of the platform that uses a grant, by the grant's first word."""
OBJECTS: Final = "objects.download_url('images/a')"
"""All other grants name a kind of object. Signing an address creates the client without a call."""

ENVIRONMENT: Final = {
    "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/kenpin/python'}",
    "KENPIN_BASE": "aws",
    "KENPIN_DATABASE_URL": "postgresql://kenpin@proxy.invalid/kenpin",
    "KENPIN_QUEUE_URL": "https://sqs.invalid/jobs.fifo",
    "KENPIN_DEAD_LETTER_URL": "https://sqs.invalid/dead-jobs.fifo",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
"""As on AWS, with addresses that lead nowhere."""

NO_NETWORK: Final = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise SystemExit(f"a cold start must not use the network: {event} {arguments}")
sys.addaudithook(refuse)
"""

NOTES: Final = [
    "a figure is the seconds of a whole process, started afresh; claims are held against the best of its repeats",
    "made: the handler imported, and every part of the platform that the manifest lets it touch (clients, no call)",
    "uncompiled: the handler imported where no bytecode is kept, as in layers that were packed without it",
    "what Lambda adds cannot be measured here: starting the sandbox, unpacking layers, an arm64 core's speed, VPC",
]


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    programs = {("python", "bare"): ""}
    for function in FUNCTIONS:
        programs |= {
            (function.name, "imported"): import_program(function),
            (function.name, "made"): create_program(function),
        }
        run(NO_NETWORK + create_program(function))
    seconds = timed(programs, REPEATS[scale])
    best = {name: report.add(", ".join(name), "s", seconds_taken) for name, seconds_taken in seconds.items()}
    report.add("queries, uncompiled", "s", uncompiled(programs["queries", "imported"]))
    report.notes += [f"{f.name}: {heaviest(importtime(create_program(f)))}" for f in FUNCTIONS]
    add_claims(best, report)


def add_claims(best: dict[tuple[str, str], Figure], report: Report) -> None:
    report.claim_at_most("queries, imported, s", best["queries", "imported"].min, MAX_QUERIES_S)
    for what in ("imported", "made"):
        slowest = max((f for (_, how), f in best.items() if how == what), key=lambda figure: figure.min)
        report.claim_at_most(f"slowest: {slowest.name}, s", slowest.min, MAX_FUNCTION_S)


def import_program(function: Function) -> str:
    return f"import {function.handler}\n"


def create_program(function: Function) -> str:
    kinds = dict.fromkeys(grant.partition(":")[0] for grant in function.may)
    parts = dict.fromkeys(PART_OF_GRANT.get(kind, OBJECTS) for kind in kinds)
    lines = [f"platform().{part}\n" for part in parts]
    return import_program(function) + "from kenpin.bootstrap import platform\n" + "".join(lines)


def uncompiled(program: str, repeats: int = 3) -> list[float]:
    """Return the seconds with bytecode of the standard library alone, as Lambda's image has it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PYTHONPYCACHEPREFIX": folder}
        names = run(f"{program}import sys; sys.stderr.write(' '.join(sys.modules))").split()
        standard = [name for name in names if package(name) == STANDARD_LIBRARY and name != "__main__"]
        run("".join(f"import {name}\n" for name in standard), environment)
        seconds_taken = timed({("", ""): program}, repeats, {**environment, "PYTHONDONTWRITEBYTECODE": "1"})
    return seconds_taken["", ""]


def timed(
    programs: dict[tuple[str, str], str], repeats: int, more_environment: dict[str, str] | None = None
) -> dict[tuple[str, str], list[float]]:
    """Return the seconds of each program. Programs take turns, so that other load affects all alike."""
    seconds: dict[tuple[str, str], list[float]] = {name: [] for name in programs}
    for _ in range(repeats):
        for name, program in programs.items():
            start = perf_counter()
            run(program, more_environment)
            seconds[name].append(perf_counter() - start)
    return seconds


def run(program: str, more_environment: dict[str, str] | None = None, *options: str) -> str:
    """The program's output on stderr."""
    command = [sys.executable, *options, "-c", program]
    done = subprocess.run(
        command, env={**ENVIRONMENT, **(more_environment or {})}, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return done.stderr


def importtime(program: str) -> str:
    return run(program, None, "-X", "importtime")


def heaviest(output: str, count: int = PACKAGES_NAMED) -> str:
    """Return the packages with the longest import time of their own, from the output of `-X importtime`."""
    spent: Counter[str] = Counter()
    for line in output.splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdecimal():
            spent[package(name.strip())] += int(own)
    return ", ".join(f"{name} {own / 1e6:.3f}" for name, own in spent.most_common(count))


def package(module: str) -> str:
    top = module.partition(".")[0]
    return STANDARD_LIBRARY if top in sys.stdlib_module_names else top
