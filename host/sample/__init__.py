"""The bundled sample data, and the programs that made it."""
