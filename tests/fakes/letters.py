"""A letter writer without templates: the name of the template and the facts, one a line."""

from datetime import datetime

from workflows.domain.case import Case
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.errors import LetterNotReady
from workflows.domain.notices import LetterRequest
from workflows.domain.text import Language
from workflows.ports.rendering import FilledLetter, LetterText


class PlainLetters:
    """Fills letters with the facts as they are; `missing` is a fact that every template asks for."""

    def __init__(self) -> None:
        self.missing: str | None = None

    def write(
        self, request: LetterRequest, *, case: Case, definition: WorkflowDefinition, now: datetime
    ) -> FilledLetter:
        """Fill the letter; raises LetterNotReady when `missing` is set."""
        if self.missing is not None:
            raise LetterNotReady(template=request.template, missing=self.missing)
        body = "\n".join(f"{name}: {request.facts[name]}" for name in sorted(request.facts))
        return FilledLetter(
            template=request.template,
            template_version="1",
            case_id=request.case_id,
            from_task=request.from_task,
            by=request.by,
            at=now,
            stage=request.stage,
            department=request.department,
            recipient=request.recipient,
            facts=request.facts,
            texts={
                language: LetterText(subject=f"{request.template} [{language}]", body=body) for language in Language
            },
        )
