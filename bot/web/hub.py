"""News published to every open page of this process."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId, PersonId
from workflows.ports.own_messages import OwnMessage

QUEUE_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """A message was posted or changed."""

    message: OwnMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanged:
    """A case has changed, perhaps in a way that no message shows, such as a comment."""

    case_id: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInsEnded:
    """Some sign-ins of a person have ended, and with them what their pages may read."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """The reader was too slow and has missed something: it has to reload its lists."""


News = MessageShown | CaseChanged | SignInsEnded | Overrun


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """A piece of news with its id in this process."""

    id: str
    news: News


def for_everybody(_news: News) -> bool:
    """Return True for every piece of news."""
    return True


class Subscription:
    """The news that one open page has not read yet: at most *limit* pieces, each one that *is_for* the page."""

    def __init__(self, limit: int, is_for: Callable[[News], bool] = for_everybody) -> None:
        self._limit = limit
        self._is_for = is_for
        self._unread: deque[NewsItem] = deque()
        self._woken = asyncio.Event()
        self._closed = False

    def put(self, item: NewsItem) -> None:
        """Add a piece of news that is for the page; when too many wait, one Overrun replaces them all."""
        if not self._is_for(item.news):
            return
        if len(self._unread) >= self._limit:
            self._unread.clear()
            item = NewsItem(id=item.id, news=Overrun())
        self._unread.append(item)
        self._woken.set()

    def close(self) -> None:
        """End `read` at once."""
        self._closed = True
        self._woken.set()

    async def read(self, heartbeat: float, *, rest: float = 0.0) -> AsyncIterator[Sequence[NewsItem]]:
        """Yield the unread news as it comes, and an empty tuple after every *heartbeat* seconds of silence.

        After each batch it sleeps for *rest* seconds, so that bursts come in few batches. Ends when it is closed.
        """
        while not self._closed:
            try:
                async with asyncio.timeout(heartbeat):
                    await self._woken.wait()
            except TimeoutError:
                yield ()
                continue
            self._woken.clear()
            unread = tuple(self._unread)
            self._unread.clear()
            if unread and not self._closed:
                yield unread
                await asyncio.sleep(rest)


class Hub:
    """Publishes news to all subscriptions; lives in the event loop of the process and is not thread-safe."""

    def __init__(self, *, limit: int = QUEUE_LIMIT) -> None:
        self._limit = limit
        self._name = secrets.token_hex(4)
        self._count = 0
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    @property
    def last_id(self) -> str:
        """Return the id of the last piece of news; a page that knows it has missed nothing."""
        return f"{self._name}-{self._count}"

    def publish(self, news: News) -> None:
        """Add a piece of news to every subscription; never waits."""
        self._count += 1
        item = NewsItem(id=self.last_id, news=news)
        for subscription in self._subscriptions:
            subscription.put(item)

    def on_commit(self, decision: Decision | None) -> None:
        """Publish that a case has changed."""
        if decision is not None and decision.events:
            self.publish(CaseChanged(case_id=decision.case.id))

    def on_sign_ins_ended(self, person: PersonId) -> None:
        """Publish that some sign-ins of a person have ended."""
        self.publish(SignInsEnded(person=person))

    @contextmanager
    def subscribe(self, is_for: Callable[[News], bool] = for_everybody) -> Iterator[Subscription]:
        """Return a subscription for the block; it begins now and is closed at once when the hub is closed."""
        subscription = Subscription(self._limit, is_for)
        if self._closed:
            subscription.close()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every stream, since a server that shuts down waits for its open responses."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.close()
