"""A signal of commits that delivery, timers or open pages have to know of, with the decision that was committed."""

from collections.abc import Callable

from workflows.domain.decision import Decision

Subscriber = Callable[[Decision | None], None]
"""Called on the event loop, never inside a transaction; None stands for a commit that changed no case."""


class Commits:
    """The signal of this process: whatever commits announces it here."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        """Have *subscriber* called after every commit from now on; it must neither wait nor raise."""
        self._subscribers.append(subscriber)

    def announce(self, decision: Decision | None = None) -> None:
        """Call the subscribers, in the order in which they subscribed."""
        for subscriber in self._subscribers:
            subscriber(decision)
