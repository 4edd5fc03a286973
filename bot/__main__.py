"""`python -m bot` and `handover`: the program."""

from bot.command_line.cli import main

if __name__ == "__main__":
    main()
