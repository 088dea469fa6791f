"""``python -m defkg``: the same as the command."""

from defkg.cli import main

main()
