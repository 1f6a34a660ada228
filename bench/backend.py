"""What one connection costs its server: the processor time of PostgreSQL's process behind it, where it runs here."""

import os


def seconds(pid: int) -> float:
    """Processor seconds of a process until now. Raises `OSError` where it runs on another machine."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own() -> float:
    """Processor seconds of this process until now."""
    spent = os.times()
    return spent.user + spent.system
