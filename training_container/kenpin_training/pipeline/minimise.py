"""L-BFGS (Nocedal 1980): the minimum of a smooth convex function, in NumPy alone, which is quick to import."""

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]
Slope = Callable[[Point], tuple[float, Point]]
"""A point → the value there and the gradient"""

MEMORY: Final = 10
STEPS: Final = 500
TOLERANCE: Final = 1e-7
"""Stop when a step gains less than this share of the value."""
ENOUGH: Final = 1e-4
"""A step must gain this share of what the slope promises (Armijo 1966), or it is halved."""


def minimise(function: Slope, start: Point) -> Point:
    point, (value, gradient) = start, function(start)
    memory: deque[tuple[Point, Point]] = deque(maxlen=MEMORY)
    for _ in range(STEPS):
        direction = _downhill(gradient, memory)
        promised, length = float(gradient @ direction), 1.0
        while True:
            moved = point + length * direction
            reached, slope = function(moved)
            if reached <= value + ENOUGH * length * promised or length < 1e-10:
                break
            length /= 2
        memory.append((moved - point, slope - gradient))
        gained, point, value, gradient = value - reached, moved, reached, slope
        if gained <= TOLERANCE * max(abs(value), 1.0):
            break
    return point


def _downhill(gradient: Point, memory: deque[tuple[Point, Point]]) -> Point:
    """The gradient turned by what the last steps say about the curvature, in the two loops of the paper."""
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
