"""The ``engine`` command that does the same as a run from QGIS."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any


def command_line(before: str, after: str, output: str, options: Mapping[str, Any]) -> str:
    """``engine tile-infer …`` for a POSIX shell, every value quoted where it must be.

    Parameters
    ----------
    options : mapping
        The service's: the command's long options with underscores; None and False are left out,
        a list of words repeats the option, a list of numbers is joined by commas.
    """
    line = ["engine", "tile-infer", before, after, output]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            line.append(flag)
        elif isinstance(value, (list, tuple)):
            if value and isinstance(value[0], str):
                line += [word for text in value for word in (flag, text)]
            else:
                # As --flag=value, or a negative first number would be read as an option.
                line.append(f"{flag}={','.join(format(number, '.15g') for number in value)}")
        else:
            line += [flag, format(value, ".15g") if isinstance(value, float) else str(value)]
    return " ".join(shlex.quote(word) for word in line)
