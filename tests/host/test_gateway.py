"""The gateway on one machine: the function of each route."""

import pytest

from host.gateway import function_for


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("POST", "/v1/projects", "commands"),
        ("POST", "/v1/datasets/line-1/imports/plan", "imports"),
        ("POST", "/v1/datasets/line-1/imports/labels", "imports"),
        ("GET", "/v1/datasets/line-1/imports/plan", "queries"),
        ("POST", "/v1/datasets/a/b/imports/plan", "commands"),
        ("POST", "/v1/datasets/imports/imports", "commands"),
        ("POST", "/v1/intake", "intake"),
        ("POST", "/v1/intake/rejected/1/retry", "repairs"),
        ("DELETE", "/v1/projects", None),
        ("POST", "/v2/projects", None),
    ],
)
def test_the_most_specific_route_names_the_function(method: str, path: str, function: str | None) -> None:
    assert function_for(method, path) == function
