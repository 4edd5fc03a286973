"""Optional stages in words: the question which of them a new case goes without."""

from dataclasses import replace

from bot.rendering.language.i18n import N_, words_in
from workflows.domain.definition import Field, Stage, WorkflowDefinition
from workflows.domain.routes.left_out import WITHOUT, first_stage
from workflows.domain.text import Language, Text

_WITHOUT = N_("Without these stages")
_WITHOUT_HINT = N_("Tick what this case does not need. It can be changed until the stage begins.")


def first_stage_in_words(definition: WorkflowDefinition, language: Language) -> Stage:
    """Return the start stage as the opener does it, with the words of the question that the program adds."""
    gettext = words_in(language).gettext

    def field(of: Field) -> Field:
        if of.name != WITHOUT:
            return of
        return replace(of, label=Text.same(gettext(_WITHOUT)), hint=Text.same(gettext(_WITHOUT_HINT)))

    stage = first_stage(definition)
    return replace(stage, form=tuple(map(field, stage.form)))
