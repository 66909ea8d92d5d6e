"""What a remote has: branches, tags and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

RECORDS = "refs/keelway/"  # where approvals and the like are kept
HOTFIX = "hotfix/"  # how the branches of hotfixes begin


@dataclass(frozen=True)
class RemoteRefs:
    """What a remote has: {name of a branch or tag: commit}, {tag: tag object} of annotated tags, {record: its object}.

    Records are approvals, waivers and the like, kept as tag objects below refs/keelway/.
    """

    branches: Mapping[str, str]
    tags: Mapping[str, str]
    tag_objects: Mapping[str, str]
    records: Mapping[str, str]

    @classmethod
    def parse(cls, listing: str) -> RemoteRefs:
        """Return the refs that `git ls-remote` lists; an annotated tag has its commit in a second row, NAME^{}."""
        branches: dict[str, str] = {}
        records: dict[str, str] = {}
        objects: dict[str, str] = {}
        peeled: dict[str, str] = {}
        for row in listing.splitlines():
            sha, _, ref = row.partition("\t")
            if ref.startswith("refs/heads/"):
                branches[ref.removeprefix("refs/heads/")] = sha
            elif ref.startswith(RECORDS):
                records |= {} if ref.endswith("^{}") else {ref.removeprefix(RECORDS): sha}
            elif ref.endswith("^{}"):
                peeled[ref.removeprefix("refs/tags/").removesuffix("^{}")] = sha
            else:
                objects[ref.removeprefix("refs/tags/")] = sha
        return cls(branches, objects | peeled, {name: objects[name] for name in peeled}, records)

    def with_private(self, private: RemoteRefs) -> RemoteRefs:
        """Return these with the branches of hotfixes and the records that only a private remote has."""
        hotfixes = {name: commit for name, commit in private.branches.items() if name.startswith(HOTFIX)}
        return replace(self, branches={**hotfixes, **self.branches}, records={**private.records, **self.records})

    def __contains__(self, ref: str) -> bool:
        """Return whether there is a ref of this whole name: refs/heads/main."""
        if ref.startswith("refs/heads/"):
            return ref.removeprefix("refs/heads/") in self.branches
        if ref.startswith(RECORDS):
            return ref.removeprefix(RECORDS) in self.records
        return ref.removeprefix("refs/tags/") in self.tags
