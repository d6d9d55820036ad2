"""What lies in a model folder: files its description vouches for, and documents nobody loads."""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

_DOCUMENTS = {".md", ".txt", ".pdf", ".cff", ".png", ".jpg", ".jpeg", ".svg"}
_DOCUMENT_NAMES = {"readme", "license", "licence", "copying", "notice", "desktop.ini", "thumbs.db"}
"""In small letters; Windows writes the last two."""
_EXTERNAL = re.compile(rb"location(?<=[\x08\x00]location)")
"""The key under which an ONNX tensor names the file with its values, as protobuf writes a text:
behind its length, 8, which may be spelt with more bytes, the last of them 0."""


def is_plain_name(name: str) -> bool:
    r"""Whether a name of ``model.json`` is that of one place in the folder, on every system.

    >>> [is_plain_name(name) for name in ("language/a.json", "../a.json", "a//b", "C:a", "a\\b")]
    [True, False, False, False, False]
    """
    return (
        # False for controls and for what cannot be encoded, as half a surrogate pair.
        name.isprintable()
        and not set(name) & {"\\", ":"}
        # Neither empty, "." nor "..", nor hidden.
        and all(part and not part.startswith(".") for part in name.split("/"))
    )


def wrong_contents(
    folder: Path, promised: Collection[str], loaded: Collection[str]
) -> Iterator[str]:
    """What a model folder should not hold, each as a clause: links, and files without a checksum.

    Parameters
    ----------
    promised : collection of str
        Files that have a checksum.
    loaded : collection of str
        Folders that other libraries load as a whole. Documents and hidden files may lie anywhere
        else; there a library might take them for a part of the model.

    Raises
    ------
    OSError
        A folder cannot be read.
    """
    waiting = [folder]  # no recursion: a folder may be deeper than Python's stack
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                path = PurePosixPath(Path(entry.path).relative_to(folder).as_posix())
                strict = any(path.is_relative_to(part) for part in loaded)
                if entry.name.startswith(".") and not strict:
                    continue  # .DS_Store, .git
                if entry.is_symlink():
                    # It might lead to another file whenever it is opened.
                    yield f"{_shown(path)} is a link, not a file"
                elif entry.is_dir():
                    waiting.append(Path(entry.path))
                elif str(path) not in promised and (strict or not _is_document(path)):
                    yield f"{_shown(path)} is not among the files the folder vouches for"


def has_external_data(file: Path) -> bool:
    """Whether an ONNX file takes weights from other files, which onnxruntime would open unchecked.

    Its bytes are searched rather than read as a graph: tensors stand in many places of one.
    """
    with file.open("rb") as stream:
        if not os.fstat(stream.fileno()).st_size:
            return False  # nothing to map
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _EXTERNAL.search(content) is not None


def _is_document(path: PurePosixPath) -> bool:
    return path.suffix.lower() in _DOCUMENTS or path.name.lower() in _DOCUMENT_NAMES


def _shown(path: PurePosixPath) -> str:
    text = str(path)
    return text if text.isprintable() else ascii(text)
