"""Words for people: every template, phrase and letter in every language and dialect."""
