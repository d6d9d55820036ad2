"""Which files a request may name: absolute local paths inside the allowed folders."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.errors import UsageError
from engine.service.errors import PathRefusedError

_ARCHIVE = re.compile(r"\.(zip|kmz|tar|tgz|gz|7z|rar)([!/\\]|$)", re.I)
"""Libraries open these as folders; a small one may hold terabytes."""


class AllowedFolders:
    """The folders that paths are confined to.

    Parameters
    ----------
    roots : sequence of paths
        The user's home folder and the system's temporary folder when empty.
    private : sequence of paths
        Folders nobody may name, wherever they lie (the service's own records).

    Raises
    ------
    UsageError
        A root is no folder.
    """

    def __init__(self, roots: Sequence[Path] = (), private: Sequence[Path] = ()) -> None:
        given = list(roots) or [Path.home(), Path(tempfile.gettempdir())]
        for root in given:
            if not root.is_dir():
                raise UsageError(f"--root {root} is no folder.", hint="Name an existing folder.")
        self.roots = tuple(root.resolve() for root in given)
        self._private = tuple(folder.resolve() for folder in private)

    def confine(self, text: str, field: str) -> Path:
        """The path with its symbolic links resolved.

        Parameters
        ----------
        text : str
            As the client wrote it.
        field : str
            Its name, for the message.

        Raises
        ------
        PathRefusedError
            Relative, a GDAL name, a URL, inside an archive, or outside the allowed folders.
        """
        path = Path(text)
        if not path.is_absolute() or text.lower().startswith("/vsi"):
            raise self._refusal(f"{field} is no absolute path of a local file.", "Give one.")
        if _ARCHIVE.search(text):
            raise self._refusal(f"{field} is an archive, or lies in one.", "Unpack it first.")
        try:
            resolved = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise self._refusal(
                f"{field} cannot be followed to a file.", "Check its spelling and its links."
            ) from error
        inside = any(resolved.is_relative_to(root) for root in self.roots)
        secret = any(resolved.is_relative_to(folder) for folder in self._private)
        if not inside or secret or str(resolved).lower().startswith("/vsi"):
            raise self._refusal(
                f"{field} lies outside the allowed folders.",
                "Copy the file into one of them, or allow its folder: in QGIS in Settings ▸ "
                "Options ▸ ChangeVG, else engine serve --root FOLDER.",
            )
        return resolved

    def _refusal(self, message: str, hint: str) -> PathRefusedError:
        allowed = ", ".join(str(root) for root in self.roots)
        return PathRefusedError(f"{message} Allowed folders: {allowed}.", hint=hint)
