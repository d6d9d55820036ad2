"""``python -m training PART COMMAND …``: each part is a package with a ``command`` module."""

from __future__ import annotations

import importlib
import sys

PARTS = ("guide", "adapt", "evaluate", "scenes", "world", "change_imti", "language")
NAMES = tuple(part.replace("_", "-") for part in PARTS)


def main(argv: list[str] | None = None) -> int:
    """Hand the arguments after the part's name to ``training.PART.command.main``.

    Parameters
    ----------
    argv : list of str, optional
        Arguments without the program name; ``sys.argv[1:]`` by default.

    Returns
    -------
    int
        Exit code: 0 done, 2 usage.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(f"usage: python -m training {{{','.join(NAMES)}}} COMMAND …")
        return 0 if arguments else 2
    part, rest = arguments[0].replace("-", "_"), arguments[1:]
    if part not in PARTS:
        print(f"unknown part {part!r}: choose from {', '.join(NAMES)}", file=sys.stderr)
        return 2
    try:
        module = importlib.import_module(f"training.{part}.command")
    except ModuleNotFoundError as error:
        if error.name not in (f"training.{part}", f"training.{part}.command"):
            raise
        print(f"training has no commands for {part!r} yet", file=sys.stderr)
        return 2
    return int(module.main(rest) or 0)


if __name__ == "__main__":
    sys.exit(main())
