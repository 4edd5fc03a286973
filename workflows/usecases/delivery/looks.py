"""How it is told that a message looks different now."""

from hashlib import sha256

from workflows.ports.chat import Renditions


def looks_of(renditions: Renditions) -> str:
    """Return what identifies the look of a message, the same in every process."""
    shown = [(language.value, repr(message)) for language, message in sorted(renditions.items())]
    return sha256(repr(shown).encode()).hexdigest()[:16]
