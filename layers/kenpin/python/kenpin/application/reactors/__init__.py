"""Reactors: a recorded event → the next command or job."""
