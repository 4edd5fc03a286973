"""No circles among the imports: every module can be read, and loaded, after those that it imports."""

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.sources import Module, all_sources, imports_of, module_of


def graph_of(sources: dict[Path, str]) -> dict[Module, set[Module]]:
    """Return which modules each module imports, those under TYPE_CHECKING among them."""
    known = {module_of(path) for path in sources}
    graph: dict[Module, set[Module]] = {}
    for path, source in sources.items():
        here = module_of(path)
        targets = (target if target in known else target[:-1] for _, target in imports_of(source, path))
        graph[here] = {target for target in targets if target in known and target != here}
    return graph


def circle_in(graph: dict[Module, set[Module]]) -> list[Module]:
    """Return one circle, or an empty list."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other() -> None:
    assert circle_in(graph_of(all_sources())) == []


def test_a_circle_is_seen_also_when_only_the_type_checker_walks_it() -> None:
    sources = {
        Path("storage/reads.py"): "if TYPE_CHECKING:\n    from storage.writes import W",
        Path("storage/writes.py"): "from storage import reads",
    }

    assert set(circle_in(graph_of(sources))) == {("storage", "reads"), ("storage", "writes")}
