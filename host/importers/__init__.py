"""Data sets that somebody may have installed, as entries of an import."""
