"""The measurement on solar cells: its splits keep the shares of each kind of cell, and its figures are right."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.claims.elpv import SolarCells, SplitFigures, _logistic_scores, _report
from bench.report import Report
from host.importers.elpv import Cell


@pytest.fixture
def cells(tmp_path: Path) -> list[Cell]:
    found = []
    for number in range(96):
        body = io.BytesIO()
        Image.fromarray(np.full((8, 8), number, np.uint8)).save(body, "PNG")
        path = tmp_path / f"cell{number}.png"
        path.write_bytes(body.getvalue())
        found.append(Cell(path, (0.0, 1 / 3, 2 / 3, 1.0)[number % 4], "mono" if number < 48 else "poly"))
    return found


def test_a_split_tests_a_quarter_of_each_kind_of_cell(cells: list[Cell], tmp_path: Path) -> None:
    solar = SolarCells(cells, tmp_path)
    tested = [np.flatnonzero(solar.tested(seed)) for seed in (0, 0, 1)]
    assert [places.size for places in tested] == [24, 24, 24]
    assert np.bincount(tested[0] % 4).tolist() == [6, 6, 6, 6]
    assert (tested[0] == tested[1]).all() and not (tested[0] == tested[2]).all()
    assert solar.ng[:4].tolist() == [False, False, True, True]


def test_the_baseline_ranks_cells_that_it_did_not_learn_from() -> None:
    random = np.random.default_rng(0)
    ng = np.arange(120) % 2 == 0
    features = (random.normal(size=(120, 6)) + 3 * ng[:, None]).astype(np.float32)
    test = np.arange(120) % 4 < 2
    scores = _logistic_scores(features, ng, test, 0)
    assert scores.size == 60 and ((scores >= 0.5) == ng[test]).mean() > 0.9


def test_the_claims_are_of_means_over_splits() -> None:
    report = Report()
    _report({"fine-tuning": [SplitFigures(0.89, 0.94, 60), SplitFigures(0.91, 0.95, 120)]}, report)
    assert [(claim.value, claim.holds) for claim in report.claims] == [(0.9, True), (0.945, True), (2, True)]
