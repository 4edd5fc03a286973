"""Keeping long-lived objects out of Python's garbage collection."""

import gc


def freeze_loaded() -> None:
    """Collect garbage, what was frozen before included, and exclude everything that is left from later collections.

    A full collection over all that a started program holds (modules, templates, definitions) blocks it for a tenth of
    a second. Call this when everything is loaded, and again when much of it was replaced, as by a publication of
    definitions.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
