"""Reading a YAML file into its model; every formal mistake becomes a problem with its line."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from workflows.definitions.problems import CompanyProblems, Problem
from workflows.definitions.read import schema
from workflows.definitions.read.key_problems import problem_of
from workflows.definitions.read.yaml_text import Document, Path, Tree, UnreadableYaml, read_yaml
from workflows.domain.definition import FieldType

Model = TypeVar("Model", bound=schema.Keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed(Generic[Model]):
    """A formally valid file: its model, and the document that knows the lines."""

    keys: Model
    document: Document

    def problem(self, path: Path, ru: str, en: str) -> Problem:
        """Return a problem with the line of *path*."""
        return self.document.problem(path, ru, en)


def parse(text: str, file: str, model: type[Model]) -> Parsed[Model]:
    """Read YAML text into *model*; raises CompanyProblems with every formal mistake."""
    try:
        document, problems = read_yaml(text, file)
    except UnreadableYaml as unreadable:
        raise CompanyProblems([unreadable.problem]) from None
    known_keys: dict[int, tuple[str, ...]] = {}
    try:
        keys = model.model_validate(document.tree, context=known_keys)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path, around = _path(document.tree, details["loc"])
            if details["type"] == "extra_forbidden" and _is_of_unknown_type(around):
                continue
            problems.append(problem_of(document, path, details, known_keys.get(id(around), ())))
        raise CompanyProblems(problems) from None
    if problems:
        raise CompanyProblems(problems)
    return Parsed(keys=keys, document=document)


def _path(tree: Tree, location: tuple[str | int, ...]) -> tuple[Path, Tree]:
    """Return the path in the file for pydantic's location, and the value that contains it.

    The location also names the variants of the models (`field:rows`) and marks keys (`[key]`): these are left out.
    """
    path: list[str | int] = []
    around: Tree = None
    here: Tree = tree
    for part in location:
        match here, part:
            case dict(), str() if part in here:
                around, here = here, here[part]
                path.append(part)
            case list(), int() if part < len(here):
                around, here = here, here[part]
                path.append(part)
    return tuple(path), around


def _is_of_unknown_type(keys: Tree) -> bool:
    """Whether this is a field of an unknown type, so that the keys it may have are unknown too."""
    return isinstance(keys, dict) and "type" in keys and keys["type"] not in list(FieldType)
