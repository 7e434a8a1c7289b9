"""`python -m host.cli` is `kenpin`."""

from host.cli.app import main

main()
