"""The moderator's screen: what waits before the public sees it, and one case to decide."""
