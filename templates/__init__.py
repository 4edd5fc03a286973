"""Words and processes, edited by people who do not code; found here both in a checkout and when installed."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
