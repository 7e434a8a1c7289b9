"""Claims, one file each: the docstring states the claim, `measure(scale, report)` measures it."""
