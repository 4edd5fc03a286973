"""The core: it knows no chat, no database and no clock."""
