"""The outside world, one folder per base; the same file names in each."""
