"""How far long work has come, told to whoever asked for it."""


def nobody(*_done: object) -> None:
    """The progress of those who do not watch."""
