"""Disjoint sets of whole numbers."""

from __future__ import annotations


class DisjointSets:
    """Union-find over the members that were ever joined; any other member is its own root."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, member: int) -> int:
        """Root of a member's set."""
        parent = self._parent
        root = member
        while (above := parent.get(root, root)) != root:
            root = above
        while (above := parent.get(member, member)) != root:
            parent[member], member = root, above
        return root

    def join(self, one: int, two: int) -> None:
        """Unite the sets of two members; the lower root stays the root."""
        one, two = sorted((self.find(one), self.find(two)))
        self._parent.setdefault(one, one)
        self._parent[two] = one

    @property
    def members(self) -> list[int]:
        """Members that were joined to another one."""
        return list(self._parent)
