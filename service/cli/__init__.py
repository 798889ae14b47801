"""The command line, `hearthline`. This file only knows how to start quickly.

Promise: `hearthline --version` loads nothing; every other command loads what it needs and no more.
"""


def main() -> None:
    """Where the console script begins."""
    import sys

    if sys.argv[1:] == ["--version"]:
        from service import __version__

        sys.stdout.write(f"hearthline {__version__}\n")
        return
    from service.cli.frame import run

    run()
