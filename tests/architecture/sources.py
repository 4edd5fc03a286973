"""The source as the architecture tests read it: files, modules, imports."""

import ast
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("bot", "workflows", "storage", "templates")
Module = tuple[str, ...]


@cache
def all_sources() -> dict[Path, str]:
    """Return the text of every file of the product by its path from the root."""
    files = [file for folder in OURS for file in sorted((ROOT / folder).rglob("*.py"))]
    return {file.relative_to(ROOT): file.read_text(encoding="utf-8") for file in files}


def module_of(path: Path) -> Module:
    """Return the dotted name of the file at *path*, relative to the root, as a tuple."""
    parts = path.with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


@cache
def imports_of(source: str, path: Path) -> Sequence[tuple[int, Module]]:
    """Return (line, module) for everything that *source* imports, wherever in it; relative imports made absolute."""
    package = path.parent.parts
    found: list[tuple[int, Module]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, tuple(alias.name.split("."))) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = (*above, *(node.module.split(".") if node.module else ()))
            found += [(node.lineno, (*origin, alias.name)) for alias in node.names]
    return found
