"""The Telegram adapter against a local server that speaks its protocol."""
