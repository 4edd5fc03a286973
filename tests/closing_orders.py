"""An order of CasePress, for the stories of the chats in which it is done and closed."""

from pathlib import Path

import templates
from bot.bootstrap import Application
from bot.conversation.incoming import FormSent, Incoming
from workflows.domain.ids import FieldName, OutcomeId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect

CASEPRESS: Path = templates.FOLDER / "companies" / "casepress"

_ORDER = FormSent(
    form="new:order",
    outcome=OutcomeId("accepted"),
    values={
        FieldName(name): value
        for name, value in {
            "client": "ООО «Василёк»",
            "client_email": "office@vasilyok.example",
            "subject": "Настроить документооборот",
            "amount": "120 000",
            "ready_by": "06.03.2099",
            "pay_by": "16.03.2099",
            "paper_wanted": "нет",
            "feedback_wanted": "нет",
        }.items()
    },
)


async def ordered(app: Application) -> None:
    """Have Inna take an order in the web chat."""
    incoming = Incoming(
        update_id="web:order",
        person=PersonId("inna"),
        language=Language.RU,
        chat=ChatAddress("web:@inna"),
        dialect=Dialect.HTML,
        intent=_ORDER,
    )
    reply = await app.services.conversation.handle(incoming)
    assert not reply.is_refusal, reply
