"""The command `python -m bench NAME [--json] [--scale small|full] …`: measure a claim and print it."""

import argparse
import pkgutil
import time
from datetime import UTC, datetime
from importlib import import_module

import msgspec

from bench import claims, machine
from bench.report import Report, Value


def main() -> None:
    given = arguments()
    claim = import_module(f"bench.claims.{given.name}")
    started, load, report = (
        time.perf_counter(),
        machine.load(),
        Report(most_seeds=given.seeds, kills=given.kill),
    )
    claim.measure(given.scale, report)
    run = {
        "bench": given.name,
        "scale": given.scale,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - started, 1),
        "load_before": load,
        "load_after": machine.load(),
    }
    print(as_json(run, report) if given.json else as_table(run, report))


def arguments() -> argparse.Namespace:
    names = [module.name for module in pkgutil.iter_modules(claims.__path__)]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=names, help="what to measure")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    parser.add_argument(
        "--scale", choices=("small", "full"), default="small", help="small is over in a minute or two"
    )
    parser.add_argument(
        "--seeds", type=int, metavar="N", help="measure the first N seeds alone (elpv, suggest)"
    )
    parser.add_argument(
        "--kill", action="store_true", help="kill host, database and agents in between (intake)"
    )
    return parser.parse_args()


def as_json(run: dict[str, Value], report: Report) -> str:
    whole = {
        **run,
        "machine": machine.machine(),
        "versions": machine.versions(),
        **msgspec.to_builtins(report),
    }
    return msgspec.json.format(msgspec.json.encode(whole)).decode()


def as_table(run: dict[str, Value], report: Report) -> str:
    lines = ["  ".join(f"{name} {value}" for name, value in run.items()), *report.notes, ""]
    lines += [f"{'':60}{'min':>12}{'median':>12}{'max':>12}"]
    lines += [
        f"{f.name + ', ' + f.unit:60}{f.min:>12,g}{f.median:>12,g}{f.max:>12,g}" for f in report.figures
    ]
    lines += [
        "",
        *(
            f"{'holds ' if c.holds else 'MISSED'} {c.name}: {c.value:g} (aim {c.bound})"
            for c in report.claims
        ),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
