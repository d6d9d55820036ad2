"""What can be read from the plugin's sources: Qt 6 names, old Pythons, sentences to translate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# QGIS for macOS came with Python 3.9 for years.
OLDEST_PYTHON = (3, 9)
# QGIS offers these where Qt 5 had them.
SHIMS = {("QtWidgets", "QAction"), ("QtWidgets", "QShortcut"), ("QtWidgets", "QActionGroup")}
FORBIDDEN = ("PyQt5", "PyQt6", "numpy", "osgeo_utils", "torch", "rasterio", "requests", "engine",
             "training", "qgis_plugin")  # fmt: skip


def sources(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file below a folder: its name there, and its tree."""
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"), name)


def old_python_problems(folder: Path) -> list[str]:
    """Files that Python 3.9 cannot read."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        try:
            ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST_PYTHON)
        except SyntaxError as error:
            found.append(f"{path.relative_to(folder)}:{error.lineno}: {error.msg}")
    return found


def import_problems(folder: Path) -> list[str]:
    """Imports of what is not in every QGIS, and of Qt past QGIS's own door."""
    found = []
    for name, tree in sources(folder):
        for node in ast.walk(tree):
            modules: list[str] = []
            line = 0
            if isinstance(node, ast.Import):
                modules, line = [alias.name for alias in node.names], node.lineno
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules, line = [node.module or ""], node.lineno
            found += [f"{name}:{line}: imports {module}" for module in modules
                      if module.split(".")[0] in FORBIDDEN]  # fmt: skip
    return found


def translatable(folder: Path) -> dict[str, str]:
    """Sentences given to ``tr()``, and the first place of each.

    Raises
    ------
    ValueError
        Something else than a plain string is given to it: that can never be translated.
    """
    found: dict[str, str] = {}
    for name, tree in sources(folder):
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute))
            ):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if called != "tr" or not node.args:
                continue
            word = node.args[0]
            if isinstance(word, ast.Constant) and isinstance(word.value, str):
                found.setdefault(word.value, f"{name}:{node.lineno}")
            else:
                raise ValueError(f"{name}:{node.lineno}: tr() needs a plain string")
    return found


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def qt6_problems(folder: Path, pyqt6: Path) -> list[str]:
    """Names from ``qgis.PyQt`` that PyQt6 does not have, unscoped enums above all.

    Parameters
    ----------
    folder : Path
        The plugin.
    pyqt6 : Path
        The package PyQt6. Only its stubs are read; Qt itself is neither loaded nor needed.
    """
    stubs = Stubs(pyqt6)
    return [problem for name, tree in sources(folder) for problem in _qt6(name, tree, stubs)]


def _qt6(name: str, tree: ast.Module, stubs: Stubs) -> Iterator[str]:
    known: dict[str, tuple[str, ...]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("qgis.PyQt"):
            continue
        module = (node.module or "")[len("qgis.PyQt") :].lstrip(".")
        for alias in node.names:
            path: tuple[str, ...] = (module, alias.name) if module else (alias.name,)
            if path in SHIMS:
                continue
            known[alias.asname or alias.name] = path
            if not stubs.has(path):
                yield f"{name}:{node.lineno}: PyQt6 has no {'.'.join(path)}"
    inner = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "exec_":
            yield f"{name}:{node.lineno}: exec_() is exec() in PyQt6"
        if not isinstance(node, ast.Attribute) or id(node) in inner:
            continue
        parts: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            parts.insert(0, base.attr)
            base = base.value
        if isinstance(base, ast.Name) and base.id in known:
            path = (*known[base.id], *parts)
            if not stubs.has(path):
                yield f"{name}:{node.lineno}: PyQt6 has no {'.'.join(path)}"


class Stubs:
    """PyQt6's type stubs, as a table of names.

    Parameters
    ----------
    folder : Path
        The package PyQt6.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, path: tuple[str, ...]) -> bool:
        """Whether ``QtCore.Qt.AlignmentFlag.AlignLeft`` and the like exist."""
        module, *names = path
        tree = self._module(module)
        if tree is None:
            return False
        scope: ast.Module | ast.ClassDef = tree
        for name in names:
            found = self._member(scope, name, module)
            if found is None:
                return False
            if not isinstance(found, ast.ClassDef):
                # A method, signal or enum member: what follows is not Qt's.
                return True
            scope = found
        return True

    def _member(self, scope: ast.Module | ast.ClassDef, name: str, module: str) -> ast.stmt | None:
        found = _own(scope, name)
        if found is not None or isinstance(scope, ast.Module):
            return found
        for base in scope.bases:
            parts = ast.unparse(base).split(".")
            where = parts[0] if len(parts) > 1 and parts[0].startswith("Qt") else module
            tree = self._module(where)
            parent = _own(tree, parts[-1]) if tree else None
            if isinstance(parent, ast.ClassDef):
                found = self._member(parent, name, where)
                if found is not None:
                    return found
        return None

    def _module(self, name: str) -> ast.Module | None:
        return _stub(self.folder / f"{name}.pyi")


@cache
def _stub(path: Path) -> ast.Module | None:
    if not path.is_file():
        return None
    # Some stubs have a slash after *args, which Python itself does not allow.
    return ast.parse(path.read_text(encoding="utf-8").replace(", /)", ")"))


@cache
def _names(scope: ast.Module | ast.ClassDef) -> dict[str, ast.stmt]:
    table: dict[str, ast.stmt] = {}
    for item in scope.body:
        if isinstance(item, (ast.ClassDef, ast.FunctionDef)):
            table.setdefault(item.name, item)
        elif isinstance(item, ast.Assign):
            table.update({t.id: item for t in item.targets if isinstance(t, ast.Name)})
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            table[item.target.id] = item
        elif isinstance(item, (ast.Import, ast.ImportFrom)):
            table.update({alias.asname or alias.name: item for alias in item.names})
    return table


def _own(scope: ast.Module | ast.ClassDef, name: str) -> ast.stmt | None:
    return _names(scope).get(name)
