"""Facts become cards, cards become words in a language and a dialect."""
