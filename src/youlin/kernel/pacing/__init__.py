"""How often something happened lately, counted by all server processes of an installation together."""

from youlin.kernel.pacing.counting import Counter, forget, forget_old, hit

__all__ = ["Counter", "forget", "forget_old", "hit"]
