"""Make exports that somebody asked for."""
