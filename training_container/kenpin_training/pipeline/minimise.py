"""L-BFGS (Nocedal 1980): the minimum of a smooth convex function, in NumPy alone, which is quick to import."""

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]
Objective = Callable[[Point], tuple[float, Point]]
"""point → its value and its gradient"""

MEMORY: Final = 10
MAX_STEPS: Final = 500
TOLERANCE: Final = 1e-7
"""The search stops when a step gains less than this share of the value."""
ARMIJO: Final = 1e-4
"""A step is halved until it gains this share of the linear prediction (Armijo 1966)."""


def minimise(function: Objective, start: Point) -> Point:
    """Return the point with the lowest value found from `start`, after at most MAX_STEPS steps."""
    point, (value, gradient) = start, function(start)
    memory: deque[tuple[Point, Point]] = deque(maxlen=MEMORY)
    for _ in range(MAX_STEPS):
        direction = _descent_direction(gradient, memory)
        directional_derivative, length = float(gradient @ direction), 1.0
        while True:
            moved = point + length * direction
            reached, slope = function(moved)
            if reached <= value + ARMIJO * length * directional_derivative or length < 1e-10:
                break
            length /= 2
        memory.append((moved - point, slope - gradient))
        gained, point, value, gradient = value - reached, moved, reached, slope
        if gained <= TOLERANCE * max(abs(value), 1.0):
            break
    return point


def _descent_direction(gradient: Point, memory: deque[tuple[Point, Point]]) -> Point:
    """Return the descent direction by the two-loop recursion over the last steps."""
    direction, weights = -gradient, []
    for step, change in reversed(memory):
        weights.append(float(step @ direction) / float(step @ change))
        direction = direction - weights[-1] * change
    if memory:
        step, change = memory[-1]
        direction = direction * (float(step @ change) / float(change @ change))
    else:
        direction = direction / max(float(np.linalg.norm(gradient)), 1.0)
    for (step, change), weight in zip(memory, reversed(weights), strict=True):
        direction = direction + (weight - float(change @ direction) / float(step @ change)) * step
    return direction
