"""A Merkle tree (RFC 6962, section 2.1) that is built leaf by leaf, in memory of its height."""

import hashlib

EMPTY = hashlib.sha256().hexdigest()
"""The root of a tree without leaves."""


class Tree:
    """Add leaves in order, then ask for the root."""

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf."""
        size, value = 1, hashlib.sha256(b"\0" + leaf).digest()
        while self._subtrees and self._subtrees[-1][0] == size:
            value = _node(self._subtrees.pop()[1], value)
            size *= 2
        self._subtrees.append((size, value))

    def root(self) -> str:
        """The root over all leaves so far, 64 hex digits."""
        if not self._subtrees:
            return EMPTY
        value = self._subtrees[-1][1]
        for _, left in reversed(self._subtrees[:-1]):
            value = _node(left, value)
        return value.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
