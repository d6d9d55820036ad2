"""``pyogrio`` for what reads and writes no data frames: without pandas, which costs 1.2 s to load.

While it is imported pyogrio asks pandas and geopandas for nothing but their versions, and imports
them again where a data frame is made. So it is shown their versions only, and half of what every
start of the engine took is spared (docs/performance.md).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

_FRAMES = ("pandas", "geopandas")


@contextmanager
def _versions_only(names: tuple[str, ...]) -> Iterator[None]:
    """Let modules that were not loaded yet be imported as their versions alone."""
    shown = {name: _version_of(name) for name in names if name not in sys.modules}
    sys.modules.update(shown)
    try:
        yield
    finally:
        for name, module in shown.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _version_of(name: str) -> ModuleType:
    module = ModuleType(name)
    module.__spec__ = find_spec(name)
    module.__dict__["__version__"] = version(name)
    return module


with _versions_only(_FRAMES):
    import pyogrio
    import pyogrio.errors

__all__ = ["pyogrio"]
