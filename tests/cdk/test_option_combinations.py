"""Every pair of options of a stage, in eight syntheses: none is refused, and the rules of names hold in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Final

import pytest

from tests.cdk.names import MAY_BE_EXPORTED, REGION, account_wide, exported, fixed_names_that_stay
from tests.cdk.options import CERTIFICATE, MAIL, NAME
from tests.cdk.templates import Template, of_type

Options = Mapping[str, object]
CHOICES: Final[tuple[tuple[Options, Options], ...]] = (
    ({"waf": False}, {"waf": True}),
    ({"gpu_tasks": 0, "cpu_spot": True}, {"gpu_tasks": 2, "cpu_spot": False}),
    (
        {"certificate": "", "public_url": ""},
        {"certificate": CERTIFICATE, "public_url": f"https://{NAME}"},
    ),
    ({"readers": 0}, {"readers": 2}),
    (
        {"zones": [], "endpoint_zones": 1},
        {"zones": ["eu-central-1b", "eu-central-1c"], "endpoint_zones": 2},
    ),
    (
        {"mfa": "optional", "threat_protection": False, "deletion_protection": False},
        {"mfa": "required", "threat_protection": True, "deletion_protection": True},
    ),
    (
        {"factory_principals": [], "reserved_concurrency": {}, "alarm_email": ""},
        {
            "factory_principals": ["arn:aws:iam::999999999999:role/line-4"],
            "reserved_concurrency": {"commands": 20},
            "alarm_email": MAIL,
        },
    ),
)
"""Options, off and on; those that meet in no resource are turned on together."""
ROWS: Final = tuple((a, b, c, a ^ b, a ^ c, b ^ c, a ^ b ^ c) for a, b, c in product((0, 1), repeat=3))
"""Eight rows in which each two columns have all four pairs of values."""


def test_the_rows_have_every_pair_of_options() -> None:
    for one, other in combinations(range(len(CHOICES)), 2):
        assert {(row[one], row[other]) for row in ROWS} == {*product((0, 1), repeat=2)}


def synthesised(row: tuple[int, ...], folder: Path) -> dict[str, Template]:
    """The templates, by the last word of the stack's name."""
    from aws_cdk import App

    from cdk.app import add_stacks, context
    from cdk.stage import Stage

    app = App(outdir=str(folder), context=context())
    options = {k: v for on, choice in zip(row, CHOICES, strict=True) for k, v in choice[on].items()}
    add_stacks(app, replace(Stage.from_context(app.node), **options))  # type: ignore[arg-type]
    app.synth()
    return {
        path.name.split(".")[0].rpartition("-")[2]: json.loads(path.read_text())
        for path in folder.glob("*.template.json")
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "".join(map(str, row)))
def test_a_combination_synthesises_and_keeps_the_rules_of_names(row: tuple[int, ...], tmp_path: Path) -> None:
    stacks = synthesised(row, tmp_path)
    assert set(stacks) == {"data", "core", "web", "api", "training", "watch", *(["waf"] if row[0] else [])}
    assert len(of_type(stacks["training"], "ECS::Service")) == 1 + row[1]
    assert len(of_type(stacks["data"], "RDS::DBInstance")) == 1 + 2 * row[3]
    for stack, template in stacks.items():
        for id, name in account_wide(template):
            assert REGION in (name["Fn::Join"][1] if isinstance(name, dict) else []), (stack, id)
        assert [name for name, type in exported(template) if type not in MAY_BE_EXPORTED] == [], stack
        assert [*fixed_names_that_stay(template)] == [], stack
