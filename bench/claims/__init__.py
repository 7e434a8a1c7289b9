"""One file per claim: its docstring says what is claimed, its `measure(scale, report)` measures it."""
