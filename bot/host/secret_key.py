"""The key that signs sessions: the one of the settings, or one that is made once and kept."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.host.settings import Settings


def session_secret(settings: Settings) -> str:
    """Return SECRET_KEY, or the key that the first start created in var/secret_key, readable by its owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    kept = Path("var/secret_key")
    if not kept.exists() or not kept.stat().st_size:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a key that another process is still writing would be read as an empty one.
        descriptor, written = tempfile.mkstemp(dir=kept.parent, prefix="secret_key.")
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        if kept.exists():
            os.replace(written, kept)
        else:
            with suppress(FileExistsError):
                os.link(written, kept)
            os.unlink(written)
    return kept.read_text(encoding="ascii")
