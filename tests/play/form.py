"""Forms and previews in somebody's hands: filled by labels, ticked by labels, sent by the outcome's title."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from bot.conversation.incoming import FormFinished, FormPreviewed, FormSaved, FormSent, Press, PreviewRead
from bot.conversation.reply import FieldView, FormView, LetterView, OptionView, PreviewView, Reply
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName, OutcomeId

if TYPE_CHECKING:
    from tests.play.actor import Actor

Answers = Mapping[str, object]
"""What is typed, by the labels of the fields: words, a list of option labels, or a list of rows by column labels."""


class Refused(Exception):
    """The person was refused: the sentence, and the form again with `problems` beside the labels."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.toast or (reply.message.text if reply.message else ""))
        self.reply = reply

    @property
    def problems(self) -> dict[str, str]:
        """Return what is wrong in the form, by label."""
        view = self.reply.dialog
        if not isinstance(view, FormView):
            return {}
        return {field.label: field.problem for field in view.fields if field.problem is not None}


class Preview:
    """What would be sent."""

    def __init__(self, actor: "Actor", view: PreviewView) -> None:
        self._actor = actor
        self.view = view

    @property
    def letters(self) -> tuple[LetterView, ...]:
        """Return the messages as they would be sent."""
        return self.view.letters

    async def send(self) -> Reply:
        """Press Send; raises Refused."""
        sent = FormSent(form=self.view.form, outcome=self.view.outcome, previewed=self.view.mark)
        return await self._actor.does(sent)


class Form:
    """An open form with what is typed into it so far."""

    def __init__(self, actor: "Actor", view: FormView) -> None:
        self._actor = actor
        self.view = view
        # A page sends what it shows, suggestions included.
        self._values: dict[FieldName, object] = {
            field.name: field.shown for field in view.fields if field.shown is not None
        }

    @property
    def known(self) -> dict[str, str]:
        """Return what earlier stages entered, by label."""
        return {label: words.replace("\u00a0", " ") for label, words in self.view.known}

    @property
    def suggested(self) -> dict[str, object]:
        """Return what is suggested, by label."""
        return {field.label: field.suggested for field in self.view.fields if field.is_suggested}

    @property
    def old(self) -> dict[str, object]:
        """Return what is said to be of an earlier visit, by label: answers that stand, in words those asked anew."""
        stand = {field.label: field.value for field in self.view.fields if field.is_old}
        return stand | {field.label: field.last_time for field in self.view.fields if field.last_time}

    def asked(self, outcome: str) -> list[str]:
        """Return the labels of the questions and items that a decision shows."""
        view = self.view.decided(self._outcome(outcome))
        return [*(field.label for field in view.fields), *(item.label for item in view.checklist)]

    @property
    def outcomes(self) -> list[str]:
        """Return the titles of the decisions that are offered."""
        return [outcome.title for outcome in self.view.outcomes]

    def typed(self, label: str) -> object:
        """Return the value of a field."""
        return self._values.get(_labelled(self.view.fields, label).name)

    def fill(self, answers: Answers) -> Self:
        """Type answers; raises LookupError for a label or an option that the form does not show."""
        for label, answer in answers.items():
            field = _labelled(self.view.fields, label)
            self._values[field.name] = _raw(field, answer)
        return self

    async def tick(self, *labels: str) -> Self:
        """Tick items of the check list."""
        for label in labels:
            item = next((item for item in self.view.checklist if item.label == label), None)
            if item is None:
                raise LookupError(f"no item «{label}», only {[item.label for item in self.view.checklist]}")
            reply = await self._actor.does(Press(action=item.action))
            assert isinstance(reply.dialog, FormView)
            self.view = reply.dialog
        return self

    async def tick_all(self) -> Self:
        """Tick what is not ticked yet."""
        return await self.tick(*(item.label for item in self.view.checklist if not item.done))

    async def keep(self) -> Reply:
        """Leave the form: what is typed is saved as a draft."""
        return await self._actor.does(FormSaved(form=self.view.form, values=dict(self._values)))

    async def preview(self, outcome: str) -> Preview:
        """Choose an outcome by its title and look at what would be sent; raises Refused."""
        previewed = FormPreviewed(form=self.view.form, outcome=self._outcome(outcome), values=dict(self._values))
        reply = await self._actor.does(previewed)
        assert isinstance(reply.dialog, PreviewView)
        return Preview(self._actor, reply.dialog)

    async def send(self, outcome: str) -> Preview:
        """Choose an outcome, look at what would be sent and send it; returns what was sent."""
        preview = await self.preview(outcome)
        await preview.send()
        return preview

    async def finish(self, outcome: str) -> Reply:
        """Press the button that sends, with what stands beside the form; returns that it is sent."""
        filled = FormPreviewed(form=self.view.form, outcome=self._outcome(outcome), values=dict(self._values))
        read = PreviewRead(form=filled.form, outcome=filled.outcome, values=filled.values)
        beside = (await self._actor.foresees(read)).dialog
        seen = beside.seal if isinstance(beside, PreviewView) else ""
        return await self._actor.does(FormFinished(filled=filled, seen=seen))

    async def send_unseen(self, outcome: str) -> Reply:
        """Send without a preview, as a page that skips it could; raises Refused."""
        sent = FormSent(form=self.view.form, outcome=self._outcome(outcome), values=dict(self._values))
        return await self._actor.does(sent)

    def _outcome(self, title: str) -> OutcomeId:
        for outcome in self.view.outcomes:
            if outcome.title == title:
                return outcome.id
        raise LookupError(f"no outcome «{title}», only {self.outcomes}")


def _labelled(fields: Sequence[FieldView], label: str) -> FieldView:
    for field in fields:
        if field.label == label:
            return field
    raise LookupError(f"no field «{label}», only {[field.label for field in fields]}")


def _raw(field: FieldView, answer: object) -> object:
    """Turn what is typed into what a page sends."""
    match field.type:
        case FieldType.CHOICE:
            return _option(field.options, answer)
        case FieldType.CHOICES if isinstance(answer, list):
            return [_option(field.options, each) for each in answer]
        case FieldType.ROWS if isinstance(answer, list):
            return [
                {(column := _labelled(field.columns, label)).name: _raw(column, cell) for label, cell in row.items()}
                for row in answer
            ]
    return answer


def _option(options: Sequence[OptionView], label: object) -> str:
    for option in options:
        if option.label == label:
            return option.id
    raise LookupError(f"no option «{label}», only {[option.label for option in options]}")
