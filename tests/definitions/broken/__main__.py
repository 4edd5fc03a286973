"""Write the problems of the broken files anew."""

from tests.definitions.broken import write

write()
