"""Words of the interface in the user's language.

A translation is one ``.ts`` file in ``i18n/``. It is turned into Qt's own form when the plugin
loads, so the package holds text only and nothing has to be compiled beforehand.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import (
    QByteArray,
    QCoreApplication,
    QIODevice,
    QTranslator,
    QXmlStreamReader,
)
from qgis.PyQt.QtCore import QFile as _QFile

CONTEXT = "ChangeVG"
FOLDER = Path(__file__).parent / "i18n"

# Qt's compiled translations: a magic number, then sections of (tag, length, content).
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")  # pragma: allowlist secret
_HASHES, _MESSAGES = 0x42, 0x69
_END, _TRANSLATION, _SOURCE, _CONTEXT, _COMMENT = 1, 3, 6, 7, 8


def tr(text: str) -> str:
    """The text in the user's language, else as it is. Give it a plain string, never an f-string."""
    return QCoreApplication.translate(CONTEXT, text)


def install(language: str | None = None) -> QTranslator | None:
    """Switch the interface to a language that has a translation.

    Parameters
    ----------
    language : str, optional
        As in ``de`` or ``de_AT``; QGIS's own by default.

    Returns
    -------
    QTranslator or None
        For :func:`remove`; None where there is no such translation (then English is shown).
    """
    # Not QLocale: people read German and write numbers the English way.
    name = language or QgsApplication.locale()
    path = FOLDER / f"changevg_{name.split('_')[0]}.ts"
    if not path.is_file():
        return None
    compiled = compile_messages(read_messages(path))
    translator = QTranslator()
    # Qt reads from these bytes as long as the translator lives.
    translator.compiled = compiled
    if not translator.loadFromData(compiled):
        return None
    QCoreApplication.installTranslator(translator)
    return translator


def remove(translator: QTranslator | None) -> None:
    """Undo :func:`install`."""
    if translator is not None:
        QCoreApplication.removeTranslator(translator)


def read_messages(path: Path) -> dict[str, str]:
    """Sources and finished translations of a ``.ts`` file.

    Raises
    ------
    ValueError
        The file is not XML.
    """
    file = _QFile(str(path))
    file.open(QIODevice.OpenModeFlag.ReadOnly)
    xml: Any = QXmlStreamReader(file)
    found: dict[str, str] = {}
    source = ""
    while not xml.atEnd():
        xml.readNext()
        if not xml.isStartElement():
            continue
        if xml.name() == "source":
            source = xml.readElementText()
        elif xml.name() == "translation":
            finished = not xml.attributes().hasAttribute("type")
            text = xml.readElementText()
            if finished and text:
                found[source] = text
    problem = xml.errorString() if xml.hasError() else ""
    file.close()
    if problem:
        raise ValueError(f"{path.name}: {problem}")
    return found


def compile_messages(messages: dict[str, str]) -> QByteArray:
    """Translations in the form QTranslator loads (as ``lrelease`` would write them)."""
    content = b""
    offsets = []
    for source, translation in messages.items():
        key = source.encode()
        offsets.append((_hash(key), len(content)))
        content += _field(_TRANSLATION, translation.encode("utf-16-be")) + _field(_COMMENT, b"")
        content += _field(_SOURCE, key) + _field(_CONTEXT, CONTEXT.encode()) + bytes([_END])
    table = b"".join(struct.pack(">II", *pair) for pair in sorted(offsets))
    return QByteArray(_MAGIC + _field(_HASHES, table) + _field(_MESSAGES, content))


def _field(tag: int, content: bytes) -> bytes:
    return struct.pack(">BI", tag, len(content)) + content


def _hash(key: bytes) -> int:
    """The ELF hash by which QTranslator finds a source text."""
    value = 0
    for byte in key:
        value = ((value << 4) + byte) & 0xFFFFFFFF
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value or 1
