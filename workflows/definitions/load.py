"""Loading a company from its folder: the organisation, processes and letters, all of them valid or none accepted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workflows.definitions.building.process import build_organisation, build_process
from workflows.definitions.catalogue import check_services, with_catalogues, with_services
from workflows.definitions.check.languages import check_languages, languages_of
from workflows.definitions.check.letters import check_letters, read_letters
from workflows.definitions.check.organisation import check_organisation
from workflows.definitions.check.paths.conditions import check_conditions
from workflows.definitions.check.paths.flow import check_flow
from workflows.definitions.check.paths.targets import check_targets_open
from workflows.definitions.check.process import check_departments, check_references
from workflows.definitions.check.records import check_records
from workflows.definitions.check.stages.candidates import check_candidates
from workflows.definitions.check.stages.rules import check_rules_decide
from workflows.definitions.check.stages.sub_cases import check_other_processes
from workflows.definitions.check.stages.who import check_named, check_offers_of_starts
from workflows.definitions.letters.vocabulary import SUFFIX, Letters, file_name
from workflows.definitions.problems import CompanyProblems, Problem
from workflows.definitions.read.parse import Parsed, parse
from workflows.definitions.read.record_keys import EntriesKeys, RecordKindKeys
from workflows.definitions.read.schema import OrganisationKeys, ProcessKeys
from workflows.definitions.records import build_kind, check_entries, check_kind, parts_of
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.facts.staff import staffed
from workflows.domain.ids import KindId, ProcessId, TemplateName
from workflows.domain.people import Organisation
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, RecordKind
from workflows.domain.text import Language, Text

ORGANISATION = "organisation.yaml"
WORKFLOWS = "workflows"
LETTERS = "letters"
RECORDS = "records"
ENTRIES = ".entries"
MAX_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSource:
    """The text that a version of a process was read from."""

    id: ProcessId
    version: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company pack without problems."""

    organisation: Organisation
    definitions: Mapping[ProcessId, WorkflowDefinition]
    sources: Mapping[ProcessId, ProcessSource]
    letters: Letters
    kinds: tuple[RecordKind, ...] = ()


def load_company(folder: Path) -> Company:
    """Read and check a company pack; raises CompanyProblems when there is any problem."""
    reading = _Reading(folder)
    company = reading.company()
    if company is None or reading.problems:
        raise CompanyProblems(reading.problems)
    return company


def check_company(folder: Path) -> list[Problem]:
    """Return every problem of a company pack, in the order of files and lines."""
    try:
        load_company(folder)
    except CompanyProblems as found:
        return list(found.problems)
    return []


def organisation_name(folder: Path) -> Text | None:
    """Return the name of the organisation in a company folder, or None where it cannot be read."""
    reading = _Reading(folder)
    keys = reading.organisation()
    return None if keys is None else build_organisation(keys).name


def parse_process(text: str, name: str) -> WorkflowDefinition:
    """Read a version of a process that running cases still use; *name* stands for the file in problems.

    Its departments are not checked, since departments come and go. Raises CompanyProblems.
    """
    process = with_services(parse(text, name, ProcessKeys))
    if problems := list(check_references(process)):
        raise CompanyProblems(problems)
    return build_process(process)


@dataclass(slots=True, kw_only=True)
class _Records:
    """The kinds of records and the services of catalogues, as they were read."""

    parsed: dict[KindId, Parsed[RecordKindKeys]] = field(default_factory=dict)
    entries: dict[KindId, Parsed[EntriesKeys]] = field(default_factory=dict)

    @property
    def keys(self) -> Mapping[KindId, RecordKindKeys]:
        return {kind: parsed.keys for kind, parsed in self.parsed.items()}

    @property
    def kinds(self) -> tuple[RecordKind, ...]:
        return tuple(build_kind(keys) for keys in self.keys.values())


class _Reading:
    """One reading of a folder; problems are collected so that people see all of them at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def company(self) -> Company | None:
        """Read everything and collect the problems; returns None without a folder or a usable organisation."""
        if not self.folder.is_dir():
            self._problem(
                self.folder,
                "такой папки нет; укажите папку компании, в которой лежит organisation.yaml",
                "there is no such folder; give the folder of the company, the one with organisation.yaml",
            )
            return None
        organisation_keys = self.organisation()
        organisation = None if organisation_keys is None else build_organisation(organisation_keys)
        languages = tuple(Language) if organisation_keys is None else languages_of(organisation_keys)
        is_organisation_sound = organisation is not None and not self.problems
        letters = self._letters()
        trees, unreadable = read_letters(letters, self.folder / LETTERS)
        self.problems += unreadable
        definitions: dict[ProcessId, WorkflowDefinition] = {}
        sources: dict[ProcessId, ProcessSource] = {}
        taken: dict[str, str] = {}
        sound: dict[ProcessId, Parsed[ProcessKeys]] = {}
        records = self._records(languages)
        kinds, parts = {kind.id: kind for kind in records.kinds}, parts_of(records.keys)
        for read, text in self._processes(records, languages):
            self.problems += _taken(read, taken)
            process = with_services(read)
            if organisation is not None:
                self.problems += check_departments(process, organisation)
                self.problems += check_named(process, organisation)
            wrong = [*check_services(read), *check_references(process)]
            wrong += check_records(process, {CLIENT: BUILT_IN_CLIENT, **kinds})
            self.problems += wrong
            if wrong:
                continue
            if organisation is not None and is_organisation_sound:
                self.problems += check_candidates(process, organisation)
            sound[process.keys.process] = process
            definition = build_process(process)
            if organisation is not None:
                definition = staffed(definition, organisation)
            stuck = list(check_flow(process, definition))
            self.problems += stuck
            self.problems += check_targets_open(process, definition)
            self.problems += check_conditions(process, definition, parts)
            # Which fields are filled in at a stage is unknown in a process that cannot run.
            if not stuck:
                self.problems += check_rules_decide(process, definition)
                self.problems += check_letters(
                    process, definition, letters, trees, self.folder / LETTERS, languages=languages
                )
            definitions[definition.id] = definition
            sources[definition.id] = ProcessSource(id=definition.id, version=definition.version, text=text)
        self.problems += check_other_processes(sound)
        if not self.problems:
            self.problems += check_offers_of_starts(sound)
        if organisation is None:
            return None
        return Company(
            organisation=organisation, definitions=definitions, sources=sources, letters=letters, kinds=records.kinds
        )

    def organisation(self) -> OrganisationKeys | None:
        """Read the organisation and collect its problems; returns None where it cannot be used."""
        path = self.folder / ORGANISATION
        text = self._text(path)
        if text is None:
            return None
        try:
            parsed = parse(text, str(path), OrganisationKeys)
        except CompanyProblems as found:
            self.problems += found.problems
            return None
        self.problems += check_organisation(parsed)
        self.problems += check_languages(parsed, languages_of(parsed.keys))
        return parsed.keys

    def _processes(
        self, records: "_Records", languages: Sequence[Language]
    ) -> Iterator[tuple[Parsed[ProcessKeys], str]]:
        folder = self.folder / WORKFLOWS
        paths = self._files(folder, (".yaml", ".yml"))
        if not paths:
            self._problem(
                folder,
                "здесь нет ни одного процесса; опишите его в файле с окончанием .yaml",
                "there is no process here; describe one in a file that ends in .yaml",
            )
        for path in paths:
            text = self._text(path)
            if text is None:
                continue
            try:
                process = parse(text, str(path), ProcessKeys)
                self.problems += check_languages(process, languages)
                whole = with_catalogues(text, process, records.entries, records.parsed)
                yield (process if whole is text else parse(whole, str(path), ProcessKeys)), whole
            except CompanyProblems as found:
                self.problems += found.problems

    def _records(self, languages: Sequence[Language]) -> "_Records":
        """Read the kinds of records and the services of catalogues; what has problems is left out."""
        read = _Records()
        for path in self._files(self.folder / RECORDS, (".yaml", ".yml")):
            text = self._text(path)
            if text is None:
                continue
            try:
                if path.stem.endswith(ENTRIES):
                    entries = parse(text, str(path), EntriesKeys)
                    read.entries[entries.keys.catalogue] = entries
                    self.problems += check_languages(entries, languages)
                else:
                    kind = parse(text, str(path), RecordKindKeys)
                    read.parsed[kind.keys.record] = kind
                    self.problems += check_languages(kind, languages)
            except CompanyProblems as found:
                self.problems += found.problems
        for kind in read.parsed.values():
            self.problems += check_kind(kind, read.entries)
        for entries in read.entries.values():
            self.problems += check_entries(entries, read.keys)
        return read

    def _letters(self) -> Letters:
        folder = self.folder / LETTERS
        texts: dict[tuple[TemplateName, Language], str] = {}
        for path in self._files(folder, (SUFFIX,)):
            stem = path.name.removesuffix(SUFFIX)
            name, _, language = stem.rpartition(".")
            if not name or language not in list(Language):
                self._problem(
                    path,
                    f"по имени файла не видно языка; назовите его вроде {file_name(stem, Language.RU)}",
                    f"the file's name does not tell the language; call it like {file_name(stem, Language.EN)}",
                )
                continue
            text = self._text(path)
            if text is not None:
                texts[TemplateName(name), Language(language)] = text
        return Letters(texts=texts)

    def _files(self, folder: Path, endings: tuple[str, ...]) -> list[Path]:
        try:
            return sorted(path for path in folder.iterdir() if path.suffix in endings and path.is_file())
        except OSError:
            return []

    def _text(self, path: Path) -> str | None:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            self._problem(
                path,
                f"файл не открывается ({error.strerror}); создайте его или проверьте права на чтение",
                f"the file cannot be opened ({error.strerror}); create it or check that it may be read",
            )
            return None
        if len(content) > MAX_BYTES:
            self._problem(path, "файл слишком велик; сократите его", "the file is too large; shorten it")
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._problem(
                path,
                "файл не в кодировке UTF-8; сохраните его в UTF-8",
                "the file is not in UTF-8; save it as UTF-8",
                line,
            )
            return None

    def _problem(self, path: Path, ru: str, en: str, line: int = 1) -> None:
        self.problems.append(Problem(str(path), line, ru, en))


def _taken(process: Parsed[ProcessKeys], taken: dict[str, str]) -> Iterator[Problem]:
    """Yield a problem when another file has the id or the number already, and remember those of this one."""
    file = process.document.file
    for key, value in (("process", process.keys.process), ("number", process.keys.number)):
        other = taken.setdefault(f"{key} {value}", file)
        if other != file:
            yield process.problem(
                (key,),
                f"{key}: {value} уже есть в {other}; напишите здесь другое значение",
                f"{key}: {value} is already in {other}; write another value here",
            )
