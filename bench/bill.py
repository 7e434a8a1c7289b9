"""A bill: usage in the units that AWS sells, at the list prices of bench/prices.json."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

HOURS: Final = 730
"""Hours of a month."""
FULL_CORE_MB: Final = 1_769
"""Memory (MB) at which Lambda gives one whole core."""


class Price(Struct, frozen=True):
    usd: float
    per: float
    source: str
    seen: str = ""


class Prices(Struct, frozen=True):
    region: str
    currency: str
    as_of: str
    warning: str
    prices: dict[str, Price]


class BillLine(Struct, frozen=True):
    """One line of a bill: what it is for, the quantity and the name of its price."""

    what: str
    quantity: float
    price: str

    @property
    def usd(self) -> float:
        price = PRICES.prices[self.price]
        return self.quantity * price.usd / price.per


PRICES: Final = msgspec.json.decode(Path(__file__).with_name("prices.json").read_bytes(), type=Prices)


def total(lines: list[BillLine]) -> float:
    return sum(line.usd for line in lines)


def core_seconds(core_s: float, memory_mb: int) -> float:
    """Return the seconds that a function takes for `core_s` seconds of one whole core."""
    return core_s * max(1.0, FULL_CORE_MB / memory_mb)


def lambda_lines(
    what: str, calls: float, memory_mb: int, core_s: float, waiting_s: float = 0.0
) -> list[BillLine]:
    seconds = core_seconds(core_s, memory_mb) + waiting_s
    return [
        BillLine(f"{what}: calls", calls, "lambda request"),
        BillLine(f"{what}: time", calls * seconds * memory_mb / 1_024, "lambda GB-second"),
    ]
