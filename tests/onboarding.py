"""Organisations and processes built in Python: small, but with a fork, a join, a refusal and a return."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from workflows.definitions.expressions.compile import compile_condition, names_in
from workflows.domain.clients import ClientAttribute
from workflows.domain.compiled import Condition
from workflows.domain.definition import (
    ChecklistItem,
    Closing,
    End,
    Field,
    FieldType,
    LetterRule,
    Option,
    Outcome,
    Reaction,
    Recipient,
    Stage,
    Target,
    WorkflowDefinition,
)
from workflows.domain.ids import (
    DepartmentId,
    EndId,
    FieldName,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TemplateName,
)
from workflows.domain.people import Department, Organisation, Person, Role
from workflows.domain.text import Text

SALES, SUPPORT, DEVELOPMENT, BOARD = (DepartmentId(d) for d in ("sales", "support", "development", "board"))
ANNA, IVAN, PAVEL = (PersonId(p) for p in ("anna", "ivan", "pavel"))
STEPAN, TATIANA, NIKOLAY = (PersonId(p) for p in ("stepan", "tatiana", "nikolay"))
ROMAN, VERA = PersonId("roman"), PersonId("vera")
ONBOARDING = ProcessId("onboarding")


def text(ru: str, en: str) -> Text:
    """Make a text."""
    return Text(ru=ru, en=en)


def person(name: PersonId, ru: str, en: str, department: DepartmentId, *roles: Role) -> Person:
    """Make somebody of one department."""
    post = text("начальник", "head") if Role.MANAGER in roles else text("специалист", "specialist")
    return Person(
        id=name,
        name=text(ru, en),
        post=post,
        departments=(department,),
        roles=frozenset(roles),
        email=f"{name}@x.example",
    )


def an_organisation() -> Organisation:
    """Make a board over sales and support, and a development of one."""
    departments = [
        Department(id=BOARD, title=text("Дирекция", "Board"), head=VERA, channel=text("дирекция", "board")),
        Department(
            id=SALES, title=text("Отдел продаж", "Sales"), head=PAVEL, parent=BOARD, channel=text("продажи", "sales")
        ),
        Department(
            id=SUPPORT,
            title=text("Тех. поддержка", "Tech support"),
            head=NIKOLAY,
            parent=BOARD,
            channel=text("поддержка", "support"),
        ),
        Department(
            id=DEVELOPMENT,
            title=text("Отдел разработки", "Development"),
            head=ROMAN,
            channel=text("разработка", "development"),
        ),
    ]
    people = [
        person(VERA, "Вера Волкова", "Vera Volkova", BOARD, Role.MANAGER, Role.ADMINISTRATOR),
        person(PAVEL, "Павел Орлов", "Pavel Orlov", SALES),
        person(ANNA, "Анна Соколова", "Anna Sokolova", SALES),
        person(IVAN, "Иван Кузнецов", "Ivan Kuznetsov", SALES),
        person(NIKOLAY, "Николай Попов", "Nikolay Popov", SUPPORT),
        person(STEPAN, "Степан Фёдоров", "Stepan Fedorov", SUPPORT),
        person(TATIANA, "Татьяна Белова", "Tatiana Belova", SUPPORT),
        person(ROMAN, "Роман Козлов", "Roman Kozlov", DEVELOPMENT),
    ]
    return Organisation(
        name=text("ИнПлат", "InPlat"), departments={d.id: d for d in departments}, people={p.id: p for p in people}
    )


def field(name: str, type_: FieldType, ru: str, en: str, **more: object) -> Field:
    """Make a field; *more* are its other attributes."""
    return Field(name=FieldName(name), type=type_, label=text(ru, en), **more)  # type: ignore[arg-type]  # any of them


CLIENT = field("client", FieldType.CLIENT, "Клиент", "Client", required=True)
INN = field("inn", FieldType.INN, "ИНН", "INN", of_client=ClientAttribute.INN)
SERVICES = field(
    "services",
    FieldType.CHOICES,
    "Услуги",
    "Services",
    required=True,
    options=(Option(id="cards", label=text("Карты", "Cards")), Option(id="sbp", label=text("СБП", "SBP"))),
)
STARTS_ON = field(
    "starts_on",
    FieldType.DATE,
    "Дата запуска",
    "Start date",
    expect=compile_condition("starts_on >= today", ["starts_on", "today"]),
)
BUDGET = field("budget", FieldType.MONEY, "Бюджет", "Budget")
CONTACT = field("contact", FieldType.TEXT, "Контакт", "Contact", required=True)
GOODS = field(
    "goods",
    FieldType.ROWS,
    "Товары",
    "Goods",
    columns=(
        field("name", FieldType.TEXT, "Название", "Name", required=True),
        field("price", FieldType.MONEY, "Цена", "Price", required=True),
    ),
)
REFUSAL_REASON = field("refusal_reason", FieldType.LONG_TEXT, "Причина отказа", "Reason of the refusal")
VERSION = field("version", FieldType.TEXT, "Версия", "Version", required=True)


def outcome(
    name: str,
    ru: str,
    en: str,
    *to: tuple[str, str | None],
    requires: tuple[Field, ...] = (),
    needs_checklist: bool = True,
    when: Condition | None = None,
    letters: tuple[LetterRule, ...] = (),
    at_once: bool = False,
) -> Outcome:
    """Make an outcome that leads to stages or ends, each with its handover message or none."""
    targets = tuple(
        Target(to=StageId(where), handover=None if letter is None else TemplateName(letter)) for where, letter in to
    )
    return Outcome(
        id=OutcomeId(name),
        title=text(ru, en),
        targets=targets,
        requires=tuple(f.name for f in requires),
        needs_checklist=needs_checklist,
        when=when,
        letters=letters,
        at_once=at_once,
    )


def condition(source: str, holds: Callable[[Mapping[str, object]], bool]) -> Condition:
    """Make a condition."""
    return Condition(source=source, holds=holds, names=names_in(source))


def onboarding() -> WorkflowDefinition:
    """Make the process: acquisition, intake, then build and papers side by side, joined by launch."""
    stages = [
        Stage(
            id=StageId("acquisition"),
            title=text("Привлечение", "Acquisition"),
            department=SALES,
            form=(CLIENT, INN, SERVICES, STARTS_ON, BUDGET),
            checklist=(),
            outcomes=(outcome("begin", "Начать", "Begin", ("intake", "begun"), requires=(CLIENT, SERVICES)),),
        ),
        Stage(
            id=StageId("intake"),
            title=text("Знакомство", "Intake"),
            department=SUPPORT,
            form=(SERVICES, CONTACT, GOODS, REFUSAL_REASON),
            checklist=(
                ChecklistItem(id=ItemId("called"), label=text("Клиенту позвонили", "The client was called")),
                ChecklistItem(id=ItemId("site"), label=text("Сайт просмотрен", "The site was seen"), required=False),
            ),
            outcomes=(
                outcome(
                    "accepted",
                    "Принять",
                    "Accept",
                    ("build", "to_build"),
                    ("papers", "to_papers"),
                    requires=(SERVICES, CONTACT),
                ),
                outcome(
                    "refused",
                    "Отказать",
                    "Refuse",
                    ("refused", None),
                    requires=(REFUSAL_REASON,),
                    needs_checklist=False,
                    letters=(LetterRule(template=TemplateName("refusal"), to=Recipient.CLIENT),),
                ),
                outcome(
                    "large",
                    "Передать дирекции",
                    "Hand to the board",
                    ("papers", None),
                    when=condition("services == ['sbp']", lambda facts: facts.get("services") == ["sbp"]),
                ),
                outcome(
                    "again",
                    "Повторно",
                    "Again",
                    ("papers", None),
                    when=condition("visit > 1", lambda facts: facts["visit"] > 1),  # type: ignore[operator]  # a number
                ),
            ),
            reaction=Reaction(remind_after=timedelta(minutes=30), escalate_after=timedelta(hours=2)),
            due_after=timedelta(days=1),
        ),
        Stage(
            id=StageId("build"),
            title=text("Разработка", "Build"),
            department=DEVELOPMENT,
            form=(VERSION,),
            checklist=(),
            outcomes=(outcome("done", "Готово", "Done", ("launch", "to_launch"), requires=(VERSION,)),),
        ),
        Stage(
            id=StageId("papers"),
            title=text("Документы", "Papers"),
            department=SALES,
            form=(),
            checklist=(),
            outcomes=(outcome("signed", "Подписаны", "Signed", ("launch", "to_launch"), at_once=True),),
        ),
        Stage(
            id=StageId("launch"),
            title=text("Запуск", "Launch"),
            department=SUPPORT,
            form=(),
            checklist=(),
            outcomes=(outcome("live", "Запущен", "Live", ("connected", None)),),
            joins=(StageId("build"), StageId("papers")),
        ),
    ]
    ends = [
        End(id=EndId("refused"), title=text("Отказано", "Refused"), closes=Closing.CASE_AT_ONCE),
        End(id=EndId("connected"), title=text("Подключён", "Connected"), closes=Closing.CASE),
    ]
    return WorkflowDefinition(
        id=ONBOARDING,
        version="1",
        title=text("Подключение клиента", "Client onboarding"),
        prefix="ONB",
        start=StageId("acquisition"),
        stages={stage.id: stage for stage in stages},
        ends={end.id: end for end in ends},
        summary=(SERVICES.name,),
    )


def complaint() -> WorkflowDefinition:
    """Make a second process, opened and done by support."""
    stage = Stage(
        id=StageId("look"),
        title=text("Разбор", "Look into it"),
        department=SUPPORT,
        form=(field("about", FieldType.TEXT, "О чём", "About", required=True),),
        checklist=(),
        outcomes=(outcome("closed", "Закрыть", "Close", ("closed", None), requires=()),),
    )
    return WorkflowDefinition(
        id=ProcessId("complaint"),
        version="1",
        title=text("Жалоба", "Complaint"),
        prefix="CMP",
        start=stage.id,
        stages={stage.id: stage},
        ends={EndId("closed"): End(id=EndId("closed"), title=text("Закрыта", "Closed"), closes=Closing.CASE)},
    )
