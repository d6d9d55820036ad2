"""What the plugin adds to the desktop, part by part: each is loaded and unloaded by itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

PARTS = {
    "chat": (".dock.chat_part", "ChatPart"),
    "results": (".dock.results_part", "ResultsPart"),
}
"""Name of a part: its module and its class, without arguments. Later ones know earlier ones."""


class Part(Protocol):
    """One part of the plugin; it finds the others by ``plugin.parts[name]``."""

    def load(self, plugin: Any) -> None:
        """Add windows, actions and whatever else to QGIS, through ``plugin.iface``."""

    def unload(self) -> None:
        """Take everything away again; also after a :meth:`load` that failed half-way."""


def make_parts() -> Iterator[tuple[str, Part]]:
    """Make every part that this package holds; imported only now, for the desktop."""
    for name, (module, factory) in PARTS.items():
        if find_spec(module, __package__) is not None:
            yield name, getattr(import_module(module, __package__), factory)()
