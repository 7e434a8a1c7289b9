"""The HTTP API, one package per resource: its answers, its commands, its queries."""
