"""What AWS does between the parts of a deployed core stack: it reads what was deployed, and calls the real handlers."""
