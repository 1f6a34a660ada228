"""The demonstration district: `load` makes it by running the services, `reset` empties the installation."""

from youlin.programmes.demo.loading import Loaded, Progress, Size, load
from youlin.programmes.demo.resetting import reset

__all__ = ["Loaded", "Progress", "Size", "load", "reset"]
