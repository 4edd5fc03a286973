"""What a button carries: a verb, an id and a revision in at most 64 bytes. It proves nothing: presses are checked."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.ids import CaseId, TaskId, case_of

MAX_BYTES = 64


class Verb(StrEnum):
    """What pressing means. The values are short, since platforms count bytes, and stable, since old cards keep them."""

    CLAIM = "claim"
    WORK = "work"
    RELEASE = "release"
    REASSIGN = "reassign"
    REASSIGN_TO = "to"
    TEAM = "team"
    PERSON = "person"
    EDIT_PERSON = "pedit"
    SET_PERSON = "pset"
    JOIN = "join"
    REDISTRIBUTE = "share"
    REDISTRIBUTE_NOW = "shareto"
    RETURN = "return"
    RETURN_TO = "back"
    TICK = "tick"
    COMPLETE = "do"
    LETTER = "letter"
    SENT = "sent"
    UNSENT = "unsent"
    CASE = "case"
    RECORD = "record"
    SWITCH = "switch"
    CANCEL = "cancel"
    BASE = "base"
    CORRECT = "fix"
    NEW = "new"
    LANGUAGE = "lang"
    COMMAND = "cmd"
    BIND = "bind"
    INVITE = "invite"
    UNLINK = "unlink"
    UNBIND = "unbind"
    SIGN_OUT = "out"
    HOLD = "hold"
    LAUNCH = "launch"
    ASK = "ask"
    ASK_FIELD = "askf"
    ASK_PERSON = "ap"
    ASK_DEPARTMENT = "ad"
    ANSWER = "tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`target` is a task, case, record, process, language, department, person, account or chat; `revision` was shown.

    `argument` is a person, stage, item, page or number of a letter, or where the button stood.
    """

    verb: Verb
    target: str = ""
    revision: int = 0
    argument: str = ""

    def encode(self) -> str:
        """Return the action as text for a button; raises ValueError past 64 bytes."""
        text = f"{self.verb}:{self.target}:{self.revision}:{self.argument}"
        if len(text.encode()) > MAX_BYTES:
            raise ValueError(f"the action is longer than {MAX_BYTES} bytes: {text!r}")
        return text

    @property
    def is_about_a_task(self) -> bool:
        """Whether the target is a task."""
        return self.verb in _OF_A_TASK

    @property
    def is_about_a_case(self) -> bool:
        """Whether the target is a case."""
        return self.verb in _OF_A_CASE

    @property
    def task_id(self) -> TaskId:
        """Return the target as a task."""
        return TaskId(self.target)

    @property
    def case_id(self) -> CaseId:
        """Return the target as a case; raises ValueError when it is not a number."""
        return CaseId(int(self.target))


_OF_A_TASK = frozenset(
    {
        Verb.CLAIM,
        Verb.WORK,
        Verb.RELEASE,
        Verb.REASSIGN,
        Verb.REASSIGN_TO,
        Verb.RETURN,
        Verb.RETURN_TO,
        Verb.TICK,
        Verb.COMPLETE,
        Verb.LETTER,
        Verb.SENT,
        Verb.UNSENT,
        Verb.HOLD,
        Verb.ASK,
        Verb.ASK_FIELD,
        Verb.ASK_PERSON,
        Verb.ASK_DEPARTMENT,
        Verb.ANSWER,
    }
)
_OF_A_CASE = frozenset({Verb.CASE, Verb.RECORD, Verb.SWITCH, Verb.CANCEL})
_LARGEST_ID = 2**63 - 1
"""The largest integer that the databases take."""


class Unreadable(ValueError):
    """What came back from a chat was not made by this program, or by a version that no longer exists."""


def decode(text: str) -> Action:
    """Read what a button carried; raises Unreadable (a ValueError) when it is not an action."""
    try:
        verb, target, revision, argument = text.split(":", 3)
        action = Action(verb=Verb(verb), target=target, revision=int(revision), argument=argument)
        if action.is_about_a_task:
            check_task_id(action.task_id)
        elif action.is_about_a_case and not 0 < action.case_id <= _LARGEST_ID:
            raise ValueError("not a case")
    except ValueError:
        raise Unreadable("not an action") from None
    return action


def check_task_id(task_id: TaskId) -> None:
    """Raise Unreadable unless the text can be the id of a task."""
    try:
        in_range = case_of(task_id) <= _LARGEST_ID
    except ValueError:
        in_range = False
    if not in_range:
        raise Unreadable("not a task")


_COLON = "~"
"""What stands for the colon of a chat's address in an action."""


def unbinding(chat: str) -> str:
    """Return the action of a button that unbinds the chat of an address from its departments."""
    return Action(verb=Verb.UNBIND, target=chat.replace(":", _COLON, 1)).encode()


def unlinking(platform: str, account: str, argument: str = "") -> str:
    """Return the action of a button that unlinks an account of a platform."""
    return Action(verb=Verb.UNLINK, target=f"{platform}{_COLON}{account}", argument=argument).encode()


def account_of(action: Action) -> tuple[str, str]:
    """Return the platform and the account that an action unlinks."""
    platform, _, account = action.target.partition(_COLON)
    return platform, account


def chat_of(action: Action) -> str:
    """Return the address of the chat that an action unbinds."""
    return action.target.replace(_COLON, ":", 1)
