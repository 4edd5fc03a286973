"""Words and processes, edited by people who do not code; found here in a checkout and when installed alike."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
