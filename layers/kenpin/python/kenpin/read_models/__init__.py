"""Read models: one package of rows per screen or report."""
