"""The single node: the manifest's handlers on one machine, and the command line."""
