"""`--help` in Russian: the command line is written in English, and put into the language of LOCALE before it runs."""

from collections.abc import Iterator
from typing import Any

import typer
from typer import rich_utils

RUSSIAN = {
    "A workflow assistant in the chat: one department finishes, the next one sees a card with a claim button.": (
        "Помощник в чате: один отдел закончил, другой видит карточку с кнопкой «Взять»."
    ),
    "Look after the database.": "Обслужить базу данных.",
    "Set Slack up.": "Настроить Slack.",
    "Start a sample company with the web chat in the browser; its first page leads to the others.": (
        "Запустить пример компании с веб-чатом в браузере; с его первой страницы можно перейти к другим."
    ),
    "Start the company of COMPANY in every chat whose token is set.": (
        "Запустить компанию из COMPANY во всех чатах, для которых задан токен."
    ),
    "Check organisations, processes and letters; print each problem as file:line.": (
        "Проверить организацию, процессы и письма; назвать файл, строку, что не так и как исправить."
    ),
    "Draw the picture of a process: its stages and where its outcomes lead, as SVG and PNG.": (
        "Нарисовать процесс: этапы и куда ведут решения, в SVG и PNG."
    ),
    "Walk through a process here, alone, playing everybody: its forms, conditions and letters; nothing is kept.": (
        "Пройти процесс здесь одному, играя всех: формы, условия и письма; ничего не сохраняется."
    ),
    "Write the JSON Schemas by which editors complete and check the files of a company pack.": (
        "Записать схемы JSON, по которым редакторы подсказывают и проверяют файлы компании."
    ),
    "Print a one-time link by which a person enters the web chat, or Telegram.": (
        "Напечатать одноразовую ссылку, по которой человек войдёт в веб-чат или Telegram."
    ),
    "Bring the tables of DATABASE_URL to the present version.": "Обновить таблицы базы DATABASE_URL.",
    "Print the app manifest to be pasted at https://api.slack.com/apps.": (
        "Напечатать манифест приложения; его вставляют на https://api.slack.com/apps."
    ),
    "Check the token, its scopes and the bound channels; exit with 1 when something is missing.": (
        "Проверить токен, его права и привязанные каналы; код выхода 1, если чего-то не хватает."
    ),
    "The least level that is logged: debug, info, warning or error.": (
        "Что писать в журнал: debug, info, warning или error и всё, что важнее."
    ),
    "A sample company, such as bank, or a folder; COMPANY when none is given.": (
        "Пример компании, например bank, или папка; без него COMPANY."
    ),
    "Folders of company packs; that of COMPANY when none is given.": "Папки компаний; без них папка из COMPANY.",
    "The id of the process; every process when none is given.": "Имя процесса; без него все процессы.",
    "The folder in which the pictures are written.": "Папка, в которую записать картинки.",
    "The folder of a company pack instead of COMPANY.": "Папка компании вместо COMPANY.",
    "The id of the process, where there are several.": "Имя процесса, если их несколько.",
    "Write nothing; exit with 1 when a file is out of date.": "Ничего не писать; код выхода 1, если файл устарел.",
    "The person's id in organisation.yaml.": "Имя человека в organisation.yaml.",
    "Where Slack reaches this program over HTTP; without it Socket Mode.": (
        "Адрес, по которому Slack видит эту программу; без него Socket Mode."
    ),
    "Who works here, and how that differs from organisation.yaml.": (
        "Кто здесь работает и чем это отличается от organisation.yaml."
    ),
    "Print everybody: id, name, post, departments, and the chats in which they have an account.": (
        "Напечатать всех: имя в файле, имя и фамилия, должность, отделы и чаты, в которых есть учётная запись."
    ),
    "Print what organisation.yaml says otherwise than what people have changed; exits with 1 when there is any.": (
        "Напечатать, что в organisation.yaml не так, как изменили люди; код выхода 1, если различия есть."
    ),
    "Let organisation.yaml count where people have changed the same; the running program follows within a second.": (
        "Взять из organisation.yaml то, что люди изменили иначе; работающая программа подхватит это за секунду."
    ),
    "Print organisation.yaml as it would describe the people and departments of now.": (
        "Напечатать organisation.yaml таким, каким он был бы с нынешними людьми и отделами."
    ),
    "Show this message and exit.": "Показать эту справку.",
}
"""The Russian of every sentence of `--help`; a test finds what is missing."""


def sentences(command: Any) -> Iterator[Any]:
    """Iterate over whatever of a command has a `help`: itself, its parameters, and those of the commands in it."""
    yield command
    yield from command.params
    yield command.get_help_option(typer.Context(command))
    for each in getattr(command, "commands", {}).values():
        yield from sentences(each)


def speak_russian(command: Any) -> None:
    """Put the help of a command and of those in it into Russian."""
    rich_utils.ARGUMENTS_PANEL_TITLE = "Что указать"
    rich_utils.OPTIONS_PANEL_TITLE = "Настройки"
    rich_utils.COMMANDS_PANEL_TITLE = "Команды"
    for each in sentences(command):
        said = getattr(each, "help", None)
        if said:
            each.help = RUSSIAN.get(said, said)
