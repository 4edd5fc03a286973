"""Each kind of mistake is reported at its exact line and with its fix, in both languages."""

from dataclasses import dataclass

import pytest

from tests.definitions.pack import Pack
from workflows.domain.text import Language

ORGANISATION = "organisation.yaml"
PROCESS = "workflows/order.yaml"
BEGUN = "letters/begun.ru.j2"
DELIVERED = "letters/delivered.en.j2"
REFUSAL = "letters/refusal.ru.j2"


@dataclass(frozen=True)
class Mistake:
    """A damage to one file, and the words that the problem must have: what is wrong, and how to fix it."""

    story: str
    file: str
    old: str
    new: str
    en: str
    ru: str

    def __str__(self) -> str:
        return self.story


FORM = [
    Mistake(
        "unknown key", PROCESS, "start: intake", "strat: 1 #HERE\nstart: intake", 'did you mean "start"', "«start»"
    ),
    Mistake(
        "duplicate key", PROCESS, "start: intake", "start: intake\nstart: x #HERE", "already on line 4", "оставьте"
    ),
    Mistake("missing key", PROCESS, "start: intake\n", "", 'add "start: …"', "допишите «start: …»"),
    Mistake("missing Russian", PROCESS, "{ru: Приём, en: Intake}", "{en: Intake} #HERE", 'add "ru: …"', "на русском"),
    Mistake("missing English", PROCESS, "{ru: Приём, en: Intake}", "{ru: Приём} #HERE", 'add "en: …"', "английском"),
    Mistake("comma in a text", PROCESS, "ru: Приём,", "ru: Приём, опись, #HERE\n      ", "in quotes", "в кавычки"),
    Mistake(
        "tab", PROCESS, "    department: support\n    join", "\tdepartment: support #HERE\n    join", "a tab", "табул"
    ),
    Mistake("colon", PROCESS, "number: ORD", "number: a: b #HERE", "in quotes", "в кавычки"),
    Mistake("open bracket", PROCESS, "summary: [kind]", "summary: [kind #HERE", "close it", "закройте скобку"),
    Mistake("open quote", PROCESS, "number: ORD", 'number: "ORD #HERE', "close it", "закройте"),
    Mistake("anchor", PROCESS, "number: ORD", "number: &n ORD #HERE", "write the value out", "целиком"),
    Mistake("alias", PROCESS, "number: ORD", "number: *n #HERE", "write the value out", "целиком"),
    Mistake("tag", PROCESS, "number: ORD", "number: !!python/name:os.system ORD #HERE", "write the", "целиком"),
    Mistake("two documents", PROCESS, "number: ORD", "--- #HERE\nnumber: ORD", "keep one", "оставьте один"),
    Mistake("odd key", PROCESS, "number: ORD", "[number]: ORD #HERE", "in quotes", "в кавычки"),
    Mistake("unprintable", PROCESS, "number: ORD", "number: O\x07RD #HERE", "U+0007; delete", "U+0007; удалите"),
    Mistake("value that starts with @", PROCESS, "number: ORD", "number: @ORD #HERE", "in quotes", "в кавычки"),
    Mistake("nothing after key", PROCESS, "number: ORD", "number: #HERE", "write a value", "напишите значение"),
    Mistake("bad id", PROCESS, "process: order", "process: My-Order #HERE", "small Latin letters", "строчные"),
    Mistake("bad number", PROCESS, "number: ORD", "number: ord #HERE", "capital Latin", "заглавные"),
    Mistake("bad duration", PROCESS, "due: 3d", "due: 3 days #HERE", "such as 30m", "например 30m"),
    Mistake("huge duration", PROCESS, "due: 3d", "due: 999999d #HERE", "such as 30m", "например 30m"),
    Mistake("bad currency", PROCESS, "currency: RUB", "currency: рубли #HERE\n", "three capital", "три заглавные"),
    Mistake("bad e-mail", ORGANISATION, "anna@daisy.example", "anna #HERE", "name@company", "name@company"),
    Mistake("field type", PROCESS, "type: rows", "type: row #HERE", 'did you mean "rows"', "«rows»"),
    Mistake("role", ORGANISATION, "roles: [manager]", "roles: [boss] #HERE", "describe it in roles", "опишите в roles"),
    Mistake("closing", PROCESS, "closes: branch", "closes: branches #HERE\n", '"branch"', "«branch»"),
    Mistake("no list", PROCESS, "summary: [kind]", "summary: kind #HERE", "summary: [...]", "summary: [...]"),
    Mistake(
        "no mapping", PROCESS, "reaction: {remind: 30m, escalate: 2h}", "reaction: 2h #HERE", "indented", "отступом"
    ),
    Mistake("no value", PROCESS, "number: ORD", "number: [ORD] #HERE", "plain value", "простое значение"),
    Mistake("no yes/no", PROCESS, "checklist: false", "checklist: maybe #HERE", "true or false", "true или false"),
    Mistake("empty list", PROCESS, "to: [{end: refused}]", "to: [] #HERE", "at least one", "хотя бы одно"),
    Mistake("long id", PROCESS, "process: order", f"process: {'a' * 41} #HERE", "more than 40", "больше 40"),
    Mistake("options of a text", PROCESS, "of_client: inn}", "options: {}} #HERE", 'key "options"', "«options»"),
]

MEANING = [
    Mistake(
        "one press and a check list",
        PROCESS,
        "when: visit == 1",
        "when: visit == 1\n        at_once: true #HERE",
        '"checklist: false"',
        "«checklist: false»",
    ),
    Mistake(
        "one press and a letter unseen",
        PROCESS,
        "checklist: false\n        letters: [{template: refusal, to: client}]",
        "checklist: false\n        letters: [{template: refusal, to: client}]\n        at_once: true #HERE",
        '"preview: never"',
        "«preview: never»",
    ),
    Mistake("unknown start", PROCESS, "start: intake", "start: intak #HERE", 'did you mean "intake"', "«intake»"),
    Mistake(
        "unknown department",
        PROCESS,
        "department: sales\n    form:\n      client",
        "department: sale #HERE\n    form:\n      client",
        'did you mean "sales"',
        "«sales»",
    ),
    Mistake("unknown target", PROCESS, "to: [packing]", "to: [pakcing] #HERE", 'did you mean "packing"', "«packing»"),
    Mistake("unknown stage", PROCESS, "- {stage: packing,", "- {stage: refused, #HERE\n  ", "no stage", "нет этапа"),
    Mistake("unknown end", PROCESS, "[{end: refused}]", "[{end: packing}] #HERE", "no end", "нет завершения"),
    Mistake("target twice", PROCESS, "to: [packing]", "to: [packing, packing] #HERE", "keep one", "оставьте"),
    Mistake("summary", PROCESS, "summary: [kind]", "summary: [kynd] #HERE", 'did you mean "kind"', "«kind»"),
    Mistake(
        "requires", PROCESS, "requires: [client, comment]", "requires: [client, coment] #HERE", '"comment"', "«comment»"
    ),
    Mistake(
        "from nowhere",
        PROCESS,
        "comment: {from: intake}",
        "comment: {from: packing} #HERE",
        "there is intake",
        "есть intake",
    ),
    Mistake(
        "from in a circle",
        PROCESS,
        "comment: {from: intake}",
        "comment: {from: paperwork} #HERE",
        "name the stage",
        "укажите в from",
    ),
    Mistake(
        "other type",
        PROCESS,
        "comment: {from: intake}",
        "comment: {type: date, label: {ru: а, en: b}} #HERE",
        "{from: intake}",
        "{from: intake}",
    ),
    Mistake(
        "other columns",
        PROCESS,
        "comment: {from: intake}",
        "goods: {type: rows, label: {ru: а, en: b}, columns: {name: {type: text, label: {ru: а, en: b}}}} #HERE",
        "{from: packing}",
        "{from: packing}",
    ),
    Mistake(
        "reserved name",
        PROCESS,
        "signed: {type",
        "visit: {type: date, label: {ru: а, en: b}} #HERE\n      signed: {type",
        "another name",
        "иначе",
    ),
    Mistake(
        "client that is a text",
        PROCESS,
        "client: {type: client, label: {ru: Клиент, en: Client}, required: true}\n      kind",
        "client: {type: text, label: {ru: Клиент, en: Client}, required: true} #HERE\n"
        "      buyer: {type: client, label: {ru: Клиент, en: Client}, required: true}\n"
        "      kind",
        "another name",
        "иначе",
    ),
    Mistake(
        "two clients",
        PROCESS,
        "      inn: {type",
        "      payer: {type: client, label: {ru: а, en: b}} #HERE\n      inn: {type",
        'remove "payer"',
        "уберите «payer»",
    ),
    Mistake(
        "kind of client value",
        PROCESS,
        "inn: {type: inn, label: {ru: ИНН, en: INN}, of_client: inn}",
        "inn: {type: date, label: {ru: ИНН, en: INN}, of_client: inn} #HERE",
        "use the type: inn, text",
        "нужен тип: inn, text",
    ),
    Mistake(
        "unknown name in a condition", PROCESS, "visit == 1", "visits == 1 #HERE", 'did you mean "visit"', "«visit»"
    ),
    Mistake("unreadable condition", PROCESS, "visit == 1", "visit = = 1 #HERE", "write it like", "напишите его как"),
    Mistake("call in a condition", PROCESS, "visit == 1", "range(visit) #HERE", "keep to names", "оставьте имена"),
    Mistake(
        "unknown option in a condition",
        PROCESS,
        "visit == 1",
        "kind == 'smal' #HERE",
        'did you mean "small"',
        "«small»",
    ),
    Mistake(
        "long condition", PROCESS, "visit == 1", f"visit == 1{' or visit == 1' * 50} #HERE", "shorten", "сократите"
    ),
    Mistake(
        "escalate first",
        PROCESS,
        "reaction: {remind: 30m, escalate: 2h}",
        "reaction: {remind: 30m, escalate: 60s} #HERE",
        "longer than remind",
        "больше remind",
    ),
    Mistake(
        "end called like a stage",
        PROCESS,
        "  told: {title: {ru: Сообщено, en: Told}, closes: branch}",
        "  told: {title: {ru: Сообщено, en: Told}, closes: branch}\n"
        "  packing: {title: {ru: а, en: b}, closes: branch} #HERE",
        "another name",
        "иначе",
    ),
    Mistake(
        "unknown joined stage",
        PROCESS,
        "join: [packing, paperwork]",
        "join: [packing, paper_work] #HERE",
        '"paperwork"',
        "«paperwork»",
    ),
    Mistake(
        "joins itself",
        PROCESS,
        "join: [packing, paperwork]",
        "join: [packing, paperwork, delivery] #HERE",
        "remove it",
        "уберите",
    ),
    Mistake("unknown head", ORGANISATION, "head: gleb", "head: glebb #HERE", 'did you mean "gleb"', "«gleb»"),
    Mistake("unknown parent", ORGANISATION, "parent: sales", "parent: board #HERE", "departments", "departments"),
    Mistake(
        "unknown department of a person",
        ORGANISATION,
        "[support, sales]",
        "[support, sails] #HERE",
        '"sales"',
        "«sales»",
    ),
    Mistake(
        "one e-mail for two",
        ORGANISATION,
        "gleb@daisy.example",
        "Anna@daisy.example #HERE",
        "correct one",
        "исправьте один",
    ),
]

SLIPS = [
    Mistake(
        "title without languages",
        PROCESS,
        "title: {ru: Приём, en: Intake}",
        "title: Приём #HERE",
        "{ru: Приём, en: …}",
        "{ru: Приём, en: …}",
    ),
    Mistake("no words", PROCESS, "title: {ru: Приём, en: Intake}", "title: {} #HERE", "has no words", "нет слов"),
    Mistake("one equals sign", PROCESS, "visit == 1", "visit = 1 #HERE", "write visit == 1", "напишите visit == 1"),
    Mistake(
        "spaces in a number",
        PROCESS,
        "visit == 1",
        "visit < 100 000 #HERE",
        "write visit < 100000",
        "напишите visit < 100000",
    ),
    Mistake(
        "words and signs of other languages",
        PROCESS,
        "visit == 1",
        "visit => 1 и kind <> «small» #HERE",
        'write visit >= 1 and kind != "small"',
        'напишите visit >= 1 and kind != "small"',
    ),
    Mistake("unknown role", ORGANISATION, "[manager]", "[boss] #HERE", 'no role "boss"', "нет роли «boss»"),
    Mistake(
        "name of a head",
        ORGANISATION,
        "head: gleb",
        "head: Глеб #HERE",
        "is no name of the file; write the name in small Latin letters",
        "строчными латинскими буквами имя, под которым это описано",
    ),
    Mistake(
        "a key that is like none",
        PROCESS,
        "      broken:\n        title: {ru: Разбит, en: Broken}\n",
        "      broken:\n        title: {ru: Разбит, en: Broken}\n        auto: true #HERE\n",
        "there is title, to, when",
        "есть title, to, when",
    ),
    Mistake(
        "bracket in a letter", BEGUN, "{{ kind }}", "{{ kind }}} }#HERE {{ } }}", 'an unexpected "}"', "лишний знак «}»"
    ),
    Mistake("word in a letter", BEGUN, "{% endif %}", "{% конец %}#HERE", "кон", "кон"),
]

FLOW = [
    Mistake(
        "unreachable stage",
        PROCESS,
        "  delivery:\n    title",
        "  lost: #HERE\n"
        "    title: {ru: а, en: b}\n"
        "    department: sales\n"
        "    outcomes: {go: {title: {ru: а, en: b}, to: [done]}}\n"
        "  delivery:\n"
        "    title",
        "can never be reached",
        "нельзя дойти",
    ),
    Mistake(
        "stage without outcomes",
        PROCESS,
        "      packed: {title: {ru: Собран, en: Packed}, to: [delivery]}",
        "      packed: {title: {ru: Собран, en: Packed}, to: [delivery]}\n"
        "      lost: {title: {ru: а, en: b}, to: [search]}\n"
        "  search: #HERE\n"
        "    title: {ru: а, en: b}\n"
        "    department: sales",
        "add outcomes",
        "добавьте outcomes",
    ),
    Mistake(
        "no way to an end",
        PROCESS,
        "      packed: {title: {ru: Собран, en: Packed}, to: [delivery]}",
        "      packed: {title: {ru: Собран, en: Packed}, to: [delivery]}\n"
        "      again: {title: {ru: а, en: b}, to: [loop_a]}\n"
        "  loop_a: #HERE\n"
        "    title: {ru: а, en: b}\n"
        "    department: sales\n"
        "    outcomes: {go: {title: {ru: а, en: b}, to: [loop_a]}}",
        "no end can be reached",
        "нельзя прийти",
    ),
    Mistake(
        "join of a stage that leads elsewhere",
        PROCESS,
        "join: [packing, paperwork]",
        "join: [packing, paperwork, intake] #HERE",
        "never leads here",
        "никогда сюда не передаёт",
    ),
    Mistake(
        "nothing at the first visit",
        PROCESS,
        "    outcomes:\n"
        "      accepted:\n"
        "        title: {ru: Принят, en: Accepted}\n"
        "        to:\n"
        "          - {stage: packing, handover: begun}\n"
        "          - paperwork\n"
        "        when: visit == 1\n"
        "      refused:\n",
        "    outcomes: #HERE\n"
        "      accepted:\n"
        "        title: {ru: Принят, en: Accepted}\n"
        "        to:\n"
        "          - {stage: packing, handover: begun}\n"
        "          - paperwork\n"
        "        when: visit == 2\n"
        "      refused:\n"
        "        when: visit > 2\n",
        "at the first visit",
        "при первом посещении",
    ),
    Mistake(
        "letter to a client who may be unknown",
        PROCESS,
        "requires: [client, comment]\n        checklist: false\n        letters: [{template: refusal, to: client}]",
        "requires: [comment]\n        checklist: false\n        letters: [{template: refusal, to: client}] #HERE",
        "make the field of type client required",
        "обязательным",
    ),
]

LETTERS = [
    Mistake("syntax", BEGUN, "{% endif %}", "{% endfi %}#HERE", "its endif", "endif"),
    Mistake(
        "if that reaches beyond the subject",
        REFUSAL,
        "Refusal\n\n{{ comment }}\n",
        "{% if comment is filled %}#HERE\n\n{{ comment }}{% endif %}\n",
        "its endif",
        "endif",
    ),
    Mistake("no subject", BEGUN, "{{ case.number }}: {{ client.name }}", "", "on the first line", "в первой строке"),
    Mistake("no empty line", REFUSAL, "Refusal\n\n", "Refusal\n#HERE", "empty line", "пустая строка"),
    Mistake(
        "optional field",
        BEGUN,
        "Kind: {{ kind }}",
        "#HEREKind: {{ kind }} {{ comment }}",
        "{% if comment is filled %}",
        "{% if comment is filled %}",
    ),
    Mistake(
        "field of a later stage",
        BEGUN,
        "Kind: {{ kind }}",
        "#HEREKind: {{ signed }}",
        "required earlier",
        "обязательным раньше",
    ),
    Mistake("unknown name", BEGUN, "Kind: {{ kind }}", "#HEREKind: {{ kynd }}", 'did you mean "kind"', "«kind»"),
    Mistake("unknown attribute", BEGUN, "{{ sender.post }}", "#HERE{{ sender.phone }}", 'no "phone"', "нет «phone»"),
    Mistake(
        "attribute of a text",
        BEGUN,
        "Kind: {{ kind }}",
        "#HEREKind: {{ kind.label }}",
        "remove the dot",
        "уберите точку",
    ),
    Mistake(
        "sender as a whole",
        BEGUN,
        "{{ sender.post }}",
        "#HERE{{ sender }}",
        "write sender.name",
        "напишите sender.name",
    ),
    Mistake(
        "rows as a text",
        DELIVERED,
        "{{ signed }}",
        "#HERE{{ goods }}",
        "{% for row in goods %}",
        "{% for row in goods %}",
    ),
    Mistake(
        "rows of a text",
        DELIVERED,
        "{% for item in goods %}",
        "#HERE{% for item in signed %}",
        "there is goods",
        "есть goods",
    ),
    Mistake("unknown column", DELIVERED, "{{ item.name }}", "#HERE{{ item.nam }}", 'did you mean "name"', "«name»"),
    Mistake(
        "optional column",
        DELIVERED,
        "{{ item.name }}",
        "#HERE{{ item.price }}",
        "{% if item.price is filled %}",
        "{% if item.price is filled %}",
    ),
    Mistake(
        "comparison of words",
        BEGUN,
        "Kind: {{ kind }}",
        "#HERE{% if kind == 'Малый' %}x{% endif %}",
        "values are words",
        "уже написаны словами",
    ),
    Mistake("truth of a word", BEGUN, "Kind: {{ kind }}", "#HERE{% if kind %}x{% endif %}", "is filled", "is filled"),
    Mistake(
        "guard of something else",
        BEGUN,
        "{% if comment is filled %}\n",
        "{% if kind is filled %}\n#HERE",
        "{% if comment is filled %}",
        "comment is filled",
    ),
    Mistake(
        "guard that may be either",
        BEGUN,
        "{% if comment is filled %}\n",
        "{% if comment is filled or inn is filled %}\n#HERE",
        "comment",
        "comment",
    ),
    Mistake(
        "guard turned round",
        BEGUN,
        "{% if comment is filled %}\n",
        "{% if not comment is filled %}\n#HERE",
        "comment",
        "comment",
    ),
    Mistake("statement", BEGUN, "Kind: {{ kind }}", "#HERE{% set x = 1 %}", "do not support", "не поддерживается"),
    Mistake("include", BEGUN, "Kind: {{ kind }}", "#HERE{% include 'x' %}", "do not support", "не поддерживается"),
    Mistake("call", BEGUN, "Kind: {{ kind }}", "#HERE{{ kind.upper() }}", "do not support", "не поддерживается"),
    Mistake(
        "filter", BEGUN, "Kind: {{ kind }}", "#HERE{{ kind|safe }}", "the filters capitalize", "фильтры capitalize"
    ),
    Mistake(
        "default that hides a gap",
        BEGUN,
        "Kind: {{ kind }}",
        "#HERE{{ comment|default('') }}",
        "do not support",
        "не поддерживается",
    ),
    Mistake("join of words", BEGUN, "Kind: {{ kind }}", "#HERE{{ kind|join(', ') }}", "do not support", "не поддер"),
    Mistake(
        "half a choice",
        BEGUN,
        "Kind: {{ kind }}",
        "#HERE{{ kind if comment is filled }}",
        "do not support",
        "не поддер",
    ),
]


@pytest.mark.parametrize("mistake", [*FORM, *SLIPS, *MEANING, *FLOW, *LETTERS], ids=str)
def test_a_mistake_stands_alone_at_its_line_and_is_told_with_its_cure(mistake: Mistake, pack: Pack) -> None:
    line = pack.change(mistake.file, mistake.old, mistake.new)

    (problem,) = pack.problems()

    where = f"{pack.folder / mistake.file}:{line}: "
    assert problem.in_(Language.EN).startswith(where)
    assert problem.in_(Language.RU).startswith(where)
    assert mistake.en in problem.en
    assert mistake.ru in problem.ru
