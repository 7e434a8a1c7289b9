"""Tables of docs/scale.md, calculated by the bench: `python -m bench.scale_tables` writes them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, get_args

from bench.bill import PRICES, BillLine, total
from bench.capacity import bounds, most_images_s
from bench.claims.contention import CASES, SECONDS, figures
from bench.claims.cost import BILLS, units
from bench.idle import StageName, idle
from bench.usage import budget

PAGE: Final = Path(__file__).parents[1] / "docs" / "scale.md"
TABLE: Final = re.compile(r"(<!-- bench (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
MOST_IMAGES_S: Final = 10_000
"""Beyond it nobody asks."""
SECONDS_SHOWN: Final = SECONDS["small"]


def rows(*names: str) -> Iterator[str]:
    """The contention of these cases; all of them when none is named."""
    for name in names or CASES:
        found = {figure: value for figure, (_, value) in figures(CASES[name].outcome(SECONDS_SHOWN)).items()}
        times = " | ".join(f"{found[p]:,.0f}" for p in ("p50", "p95", "p99"))
        counts = " | ".join(f"{found[c]:.2f}" for c in ("tries", "conflicts", "lost races", "throttled"))
        yield f"| {name} | {times} | {found['done']:.1f} | {counts} | {found['given up']:.1%} |"


def contention() -> Iterator[str]:
    yield "| offered | p50 ms | p95 ms | p99 ms | done /s | tries | conflicts | lost races | throttled | given up |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    yield from rows()


def appends() -> Iterator[str]:
    yield "| asked of the store | write units | read units | bytes kept, about |"
    yield "|---|---|---|---|"
    for name, (write, read, stored) in units().items():
        yield f"| {name} | {write} | {read} | {round(stored, -2):,} |"


def latency() -> Iterator[str]:
    yield "| step | ms |"
    yield "|---|---|"
    for step, seconds in budget().items():
        yield f"| {step} | {seconds * 1e3:.0f} |"


def bills() -> Iterator[str]:
    yield "| what | USD | most of it |"
    yield "|---|---|---|"
    for name, bill in BILLS.items():
        lines = bill()
        largest = sorted(lines, key=lambda line: line.usd, reverse=True)[:3]
        most = ", ".join(f"{line.what} {usd(line.usd)}" for line in largest)
        yield f"| {name} | {usd(total(lines))} | {most} |"


def idle_months() -> Iterator[str]:
    yield "| idle, a month | a unit | dev | prod |"
    yield "|---|---|---|---|"
    dev, prod = by_name(idle("dev")), by_name(idle("prod"))
    for name, line in prod.items():
        price = PRICES.prices[line.price]
        unit = f"{price.usd:g} for {price.per:,.0f} {line.price}" if price.per > 1 else f"{price.usd:g}"
        in_dev = usd(dev[name].usd) if name in dev else "–"
        yield f"| {name} | {unit} | {in_dev} | {usd(line.usd)} |"
    yield f"| **together** | | **{usd(total(list(dev.values())))}** | **{usd(total(list(prod.values())))}** |"


def capacity() -> Iterator[str]:
    yield "| part | needed | limit in dev | in prod | full in dev at | in prod at | parameter |"
    yield "|---|---|---|---|---|---|---|"
    dev = {bound.name: bound for bound in bounds("dev")}
    for bound in bounds("prod"):
        limits = f"{dev[bound.name].limit:,g} | {bound.limit:,g}"
        full = " | ".join(images_s(stage, bound.name) for stage in get_args(StageName))
        yield f"| {bound.name} | {bound.needed:,.3g} {bound.unit} | {limits} | {full} | {bound.parameter} |"


def images_s(stage: StageName, part: str) -> str:
    """The load at which the part is full; a dash where it does not depend on images."""
    most = most_images_s(stage, part)
    return "–" if most > MOST_IMAGES_S else f"{most:,.0f} images/s"


def by_name(lines: Iterable[BillLine]) -> dict[str, BillLine]:
    return {line.what: line for line in lines}


def usd(value: float) -> str:
    return f"{value:,.2f}" if value >= 0.1 else f"{value:.2g}"


TABLES: Final = {
    "appends": appends,
    "latency": latency,
    "contention": contention,
    "bills": bills,
    "months": idle_months,
    "capacity": capacity,
}


def tables_in(page: str) -> dict[str, list[str]]:
    """Name → lines of the table, as the page has them."""
    return {name: table.splitlines() for _, name, table, _ in TABLE.findall(page)}


def page_with_tables(page: str) -> str:
    return TABLE.sub(lambda found: found[1] + "\n".join((*TABLES[found[2]](), "")) + found[4], page)


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text("utf-8")), "utf-8")
