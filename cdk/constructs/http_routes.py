"""Routes of the API from the manifest, and the scopes that open each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from functions.manifest import FOR_MACHINES, FUNCTIONS, OPEN

PERSON_SCOPE = "openid"
"""The scope of whoever signed in; no machine can be given it."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    function: str
    scopes: Sequence[str]
    """The token must have one of them; none: no token is asked for."""


def routes(machine: str) -> Iterator[Route]:
    """Every route once; the gateway takes the most specific. `machine`: the scope of factory systems."""
    routes_of_manifest = {route: function.name for function in FUNCTIONS for route in function.routes}
    for route, function in (routes_of_manifest | OPEN | FOR_MACHINES).items():
        method, _, path = route.partition(" ")
        yield Route(method, path, function, _scopes(route, machine))


def _scopes(route: str, machine: str) -> Sequence[str]:
    if route in OPEN:
        return ()
    return (PERSON_SCOPE, machine) if route in FOR_MACHINES else (PERSON_SCOPE,)
