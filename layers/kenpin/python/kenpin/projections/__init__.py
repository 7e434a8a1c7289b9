"""The machinery that keeps rows: checkpoints, rebuild, rows of the past."""
