"""Run the command line with `python -m upshot`."""

from upshot.cli import main

main()
