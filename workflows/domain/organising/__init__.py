"""The organisation as data: a register of people and departments, changes of it, and when a change is refused."""
