"""`python -m toolkit.cli` is `tev`."""

from toolkit.cli import main

main()
