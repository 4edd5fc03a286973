"""Keeping Python's collector away from what stays for good."""

import gc


def freeze_loaded() -> None:
    """Take everything that is loaded out of the collector's rounds, and what was taken out before but is gone by now.

    A full round over all that a started program holds (modules, templates, definitions) takes a tenth of a second in
    which nobody is answered. Call it when all of it is loaded, and again when much of it was replaced, as by a
    publication of definitions.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
