"""Cost of Kenpin on AWS, calculated: units counted with the real adapter, at public list prices."""

from collections.abc import Callable
from functools import partial
from typing import Final

from bench.append_units import UnitCounter
from bench.bill import PRICES, BillLine, total
from bench.idle import idle
from bench.report import Report, Scale
from bench.usage import (
    FINE_TUNE_S,
    PROBE_S,
    budget,
    images,
    inbox,
    kept,
    labels,
    rebuilt,
    run_on_cpu,
    run_on_gpu,
)

BILLS: Final[dict[str, Callable[[], list[BillLine]]]] = {
    "1,000,000 images": images,
    "1,000,000 images through the inbox": inbox,
    "1,000,000 labels, one by one": labels,
    "1,000,000 labels, ten by ten": partial(labels, per_request=10),
    "1,000,000 images, judged, kept for a month": kept,
    "rows of 1,000,000 events made again": rebuilt,
    "a probe on CPU": partial(run_on_cpu, PROBE_S),
    "a fine-tuning on CPU": partial(run_on_cpu, FINE_TUNE_S),
    "a fine-tuning on GPU": partial(run_on_gpu, FINE_TUNE_S),
    "a month idle, stage dev": partial(idle, "dev"),
    "a month idle, stage prod": partial(idle, "prod"),
}
"""Purchase → its bill."""

NOTES: Final = [
    f"prices: {PRICES.region}, {PRICES.as_of}, {PRICES.currency}",
    PRICES.warning,
    "nothing here was measured on AWS; bench/usage.py and idle.py say what is counted, measured elsewhere or assumed",
]


def measure(scale: Scale, report: Report) -> None:
    report.notes += NOTES
    for name, (write, read, bytes_stored) in units().items():
        report.add(name, "write units", [write])
        report.add(name, "read units", [read])
        report.add(name, "bytes", [bytes_stored])
    for step, seconds in budget().items():
        report.add(f"a judgement: {step.strip('*')}", "ms", [seconds * 1e3])
    for name, bill in BILLS.items():
        lines = bill()
        for line in lines:
            report.add(f"{name}: {line.what} [{line.price}]", "USD", [line.usd])
        report.add(name, "USD", [total(lines)])


def units() -> dict[str, tuple[int, int, int]]:
    """Request to the store → write units, read units, bytes stored."""
    found = {}
    for count in (1, 10, 90):
        judged = UnitCounter().judge(count)
        found[f"judge {count}"] = (judged.write, judged.read, judged.bytes)
    for count in (1, 200, 500):
        counting = UnitCounter()
        registered = counting.register(count)
        found[f"register {count}"] = (registered.write, registered.read, registered.bytes)
        found[f"read what registered {count}"] = (0, counting.read(count).read, 0)
    return found
