"""A forge as a release needs it: the words for what GitHub, GitLab and Gitea each offer in their own way.

No input or output here; the adapters speak to the forges and give what is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from release.adapters.forge.forge_address import Place
from release.adapters.forge.issues import Issues


@dataclass(frozen=True)
class Asset:
    """A file of a forge release; `sha256` in lower-case hex, empty where the forge tells none; `size` in bytes.

    `whole`: not one that was cut off while it was sent. `url` is where its bytes are asked for.
    """

    key: str
    name: str
    sha256: str
    size: int
    url: str
    whole: bool = True


@dataclass(frozen=True)
class ForgeRelease:
    """The page of a release on a forge; `key` is what the forge calls it, `page` its address for people."""

    key: str
    tag: str
    title: str
    body: str
    draft: bool
    assets: tuple[Asset, ...]
    page: str
    uploads: str = ""  # where assets are sent to, as the forge tells it


@dataclass(frozen=True)
class Page:
    """What the page of a release is to say."""

    tag: str
    commit: str
    title: str
    body: str
    prerelease: bool


@dataclass(frozen=True)
class Rights:
    """What the token in use may do: `missing` names what it lacks, in the forge's own words.

    `source` is where the token was found; `moved`: the project's name where that has become another one.
    """

    account: str
    source: str
    missing: tuple[str, ...] = ()
    moved: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule for a branch on a forge; `ours` when it is one as a freeze of ours makes it, for this branch alone."""

    key: str
    name: str
    branch: str
    ours: bool


@dataclass(frozen=True)
class Request:
    """A pull or merge request; `state` is open, merged, or closed without a merge."""

    key: str
    source: str
    onto: str
    state: str
    page: str


@dataclass(frozen=True)
class Protection:
    """A deployment environment on a forge, and whether anybody has to agree before a job enters it."""

    name: str
    reviewers: tuple[str, ...]


class Releases(Protocol):
    """The releases of a project on a forge.

    Where a forge knows no drafts (`knows_drafts`), what is not shown yet stands in for one: it is always there, without
    a body, and has the files that were sent for it.
    """

    knows_drafts: bool
    largest_body: int  # characters

    def rights(self) -> Rights:
        """Return who asks and what is missing for a release; raise ReleaseError for a token that is not accepted."""

    def find(self, tag: str) -> Sequence[ForgeRelease]:
        """Return what there is of a tag: the public release, else every draft."""

    def drafts(self) -> Sequence[ForgeRelease]:
        """Return every draft of the project."""

    def draft(self, page: Page) -> None:
        """Make a draft, which nobody but the owners sees."""

    def amend(self, release: ForgeRelease, body: str) -> None:
        """Write the body of a release anew; all else stays."""

    def attach(self, release: ForgeRelease, path: Path) -> None:
        """Send one file as an asset of a draft."""

    def detach(self, release: ForgeRelease, asset: Asset) -> None:
        """Remove an asset of a draft (a half-sent one, say)."""

    def sha256_of(self, asset: Asset) -> str:
        """Return the sha256 (lower-case hex) of the bytes that the forge serves for an asset."""

    def publish(self, release: ForgeRelease, page: Page, *, latest: bool) -> None:
        """Show a draft to everybody; `latest` when it is the newest final."""

    def discard(self, release: ForgeRelease) -> None:
        """Remove a draft with its assets; one that is gone already is no failure."""


class Branches(Protocol):
    """What a forge keeps around the branches of a project."""

    rules_add_up: bool  # whether all rules for a branch hold at once; else one of them does, and ours would hide theirs

    def rules(self, branch: str) -> Sequence[Rule]:
        """Return the rules that hold for a branch, as the forge itself works them out."""

    def set_rule(self, branch: str, checks: Sequence[str]) -> None:
        """Make the rule of a freeze for a branch: nothing enters it but by a request on which `checks` are green.

        Those who maintain the project may still push, and all other rules are left alone.
        """

    def lift_rule(self, rule: Rule) -> None:
        """Remove a rule of ours; one that is gone already is no failure."""

    def own_rules(self) -> Sequence[Rule]:
        """Return every rule that is as a freeze of ours makes it, also one whose branch is gone."""

    def tell_status(self, commit: str, name: str, *, good: bool, text: str) -> None:
        """Mark a commit, for those who look at it on the forge."""

    def request(self, source: str, onto: str) -> Request | None:
        """Return the newest request to merge `source` into `onto`, open or not; None when there is none."""

    def ask(self, source: str, onto: str, title: str, body: str) -> Request:
        """Open a request; a merge leaves its branch to be deleted by us."""

    def close(self, request: Request) -> None:
        """Close a request without a merge."""

    def environment(self, name: str) -> Protection | None:
        """Return a deployment environment; None when it does not exist."""


@dataclass(frozen=True)
class Forge:
    """A project's forge: where, and what can be done there; `sent` is how many requests it got from this process."""

    place: Place
    releases: Releases
    branches: Branches
    issues: Issues
    sent: Callable[[], int] = lambda: 0

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.place.name
