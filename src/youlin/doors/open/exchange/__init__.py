"""Pages for whoever looks after a district's exchange: outside systems, subscriptions, and what waits."""
