"""A wheelhouse: every package the engine needs as files, for machines without internet."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path, PurePosixPath

from ..translation import tr
from .errors import InstallError

SUMS = "SHA256SUMS"
ENGINE_WHEEL = re.compile(r"^changevg-([^-]+)-.*\.whl$", re.IGNORECASE)


def engine_version(wheelhouse: Path) -> str:
    """The version of the engine in a wheelhouse.

    Parameters
    ----------
    wheelhouse : Path
        A zip file, or a folder.

    Raises
    ------
    InstallError
        It is neither, or no engine is in it.
    """
    for name in _names(wheelhouse):
        found = ENGINE_WHEEL.match(PurePosixPath(name).name)
        if found:
            return found.group(1)
    raise InstallError(
        tr("No engine is in {path}.").format(path=wheelhouse),
        tr("Choose the wheelhouse file that belongs to this plugin, as it was downloaded."),
    )


def unpacked_size(wheelhouse: Path) -> int:
    """Bytes of all packages, still packed."""
    if wheelhouse.is_dir():
        return sum(path.stat().st_size for path in wheelhouse.iterdir() if path.is_file())
    with zipfile.ZipFile(wheelhouse) as archive:
        return sum(item.file_size for item in archive.infolist())


def unpack(wheelhouse: Path, folder: Path) -> Path:
    """Lay the packages into a folder and check them against the wheelhouse's checksums.

    Parameters
    ----------
    wheelhouse : Path
        A zip file; a folder is used where it is.
    folder : Path
        Must exist. Only file names are taken from the archive, never its paths.

    Returns
    -------
    Path
        The folder with the packages.

    Raises
    ------
    InstallError
        The file is damaged, or a package is not the one its checksum promises.
    """
    engine_version(wheelhouse)
    if wheelhouse.is_dir():
        folder = wheelhouse
    else:
        with zipfile.ZipFile(wheelhouse) as archive:
            for item in archive.infolist():
                name = PurePosixPath(item.filename).name
                if item.is_dir() or not (name.endswith(".whl") or name == SUMS):
                    continue
                try:
                    with archive.open(item) as source, (folder / name).open("wb") as target:
                        while block := source.read(1 << 20):
                            target.write(block)
                except (zipfile.BadZipFile, EOFError) as error:
                    raise _damaged(wheelhouse, name) from error
    sums = folder / SUMS
    if sums.is_file():
        for line in sums.read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition(" ")
            name = PurePosixPath(name.strip().lstrip("*")).name
            if name.endswith(".whl") and _digest(folder / name) != digest.lower():
                raise _damaged(wheelhouse, name)
    return folder


def _names(wheelhouse: Path) -> list[str]:
    try:
        if wheelhouse.is_dir():
            return [path.name for path in wheelhouse.iterdir()]
        with zipfile.ZipFile(wheelhouse) as archive:
            return archive.namelist()
    except (OSError, zipfile.BadZipFile) as error:
        raise InstallError(
            tr("{path} is not a wheelhouse file ({reason}).").format(path=wheelhouse, reason=error),
            tr("Choose the zip file with the engine's packages."),
        ) from error


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _damaged(wheelhouse: Path, name: str) -> InstallError:
    return InstallError(
        tr("{name} in {path} is damaged.").format(name=name, path=wheelhouse),
        tr("Copy or download the file again."),
    )
