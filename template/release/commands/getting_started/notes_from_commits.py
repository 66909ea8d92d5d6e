"""Notes from what a team writes already: conventional commits and the titles of merged pull requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from release.base.errors import ReleaseError
from release.commands.note import note
from release.context import Context
from release.values.fragment import a_fix

# https://www.conventionalcommits.org/en/v1.0.0/
_CONVENTIONAL = re.compile(r"(?P<type>[A-Za-z]+)(\([^()]*\))?(?P<bang>!)?: +(?P<text>\S.*)")
_BREAKING = re.compile(r"^BREAKING[ -]CHANGE: ", re.MULTILINE)
# The title of a request in the message of its merge, as GitHub, GitLab and Gitea write it.
_TITLES = (
    re.compile(r"\AMerge pull request #(?P<issue>\d+) from [^\n]*\n+(?P<title>[^\n]+)"),
    re.compile(
        r"\AMerge branch [^\n]* into [^\n]*\n+(?P<title>[^\n]+)(?=.*^See merge request )", re.DOTALL | re.MULTILINE
    ),
    re.compile(r"\AMerge pull request '(?P<title>[^\n]+)' \(#(?P<issue>\d+)\) from "),
)
_NUMBER = re.compile(r" *\(#(\d+)\)$")  # behind the subject of a squashed request
_CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? #(\d+)", re.IGNORECASE)
# {type of a commit: types of fragments, by likelihood}; a type that is not here is of no interest to users.
_KINDS = {
    "feat": ("feature", "added", "enhancement", "minor"),
    "feature": ("feature", "added", "enhancement", "minor"),
    "fix": (),
    "bugfix": (),
    "perf": ("performance", "changed"),
    "revert": (),
    "docs": ("docs", "doc", "documentation"),
    "security": ("security",),
    "deprecate": ("deprecation", "deprecated", "removal"),
}
_BREAKS = ("breaking", "major", "removal", "removed", "changed")


@dataclass(frozen=True)
class Suggestion:
    """A note that a commit or a merged request could be; `source` is its abbreviated commit."""

    kind: str
    text: str
    issue: str
    source: str

    def __str__(self) -> str:
        return f"{self.kind}{f' #{self.issue}' if self.issue else ''}: {self.text}"


def from_commits(
    ctx: Context, span: str, ask: Callable[[str], str] | None, *, yes: bool, commit: bool, dry_run: bool
) -> None:
    """Write the notes that the commits of `span` (main..HEAD) suggest, when a person has seen them or `yes`.

    A commit that brought a fragment of its own suggests none. Raises ReleaseError where there is nothing, or no
    person to agree.
    """
    found = list(suggestions(ctx, span))
    if not found:
        why = "no commit in it is a feature or a fix (feat: ..., fix: ...) without a note of its own"
        raise ReleaseError(f"cannot make notes from {span}", why=why, run='inv note fix "what changed"')
    ctx.report.say("\n".join(f"{each.source}  {each}" for each in found))
    if dry_run:
        ctx.report.foretell()
        return
    for each in found if yes else _agreed(found, ask, span):
        note(ctx, each.kind, each.text, each.issue, commit=commit)


def _agreed(found: Sequence[Suggestion], ask: Callable[[str], str] | None, span: str) -> Sequence[Suggestion]:
    """Return the notes as a person wants them."""
    if ask is None:
        why = "there is no terminal, and --yes was not given"
        raise ReleaseError(f"cannot make notes from {span}", why=why, run=f"inv note --from {span} --yes")
    answer = ask(f"write {len(found)} notes? [y = yes, e = edit one by one, N = no] ").lower()
    if answer in ("y", "yes"):
        return found
    if answer not in ("e", "edit"):
        raise ReleaseError("stopped", why="not confirmed; no note was written", run=f"inv note --from {span}")
    edited = []
    for each in found:
        typed = ask(f"{each}\n  [Enter: keep, -: drop, or another TYPE: TEXT] ")
        if typed == "-":
            continue
        kind, colon, text = typed.partition(":")
        edited.append(replace(each, kind=kind.strip(), text=text.strip()) if colon else _reworded(each, typed))
    return edited


def _reworded(each: Suggestion, typed: str) -> Suggestion:
    return replace(each, text=typed) if typed else each


def suggestions(ctx: Context, span: str) -> Iterator[Suggestion]:
    """Give the notes that the commits of a span suggest, oldest first.

    Where a request was merged its title counts, and not what its commits say.
    """
    if ".." not in span:
        raise ReleaseError(
            f"cannot make notes from {span}", why="it is not a range of commits", run="inv note --from main..HEAD"
        )
    below = [ctx.git.inside] if ctx.git.inside else []  # of several projects in a repository: this one's
    for commit in ctx.git.read("rev-list", "--reverse", "--first-parent", span, "--", *below, cwd=ctx.git.top).split():
        message = ctx.git.read("show", "--no-patch", "--format=%B", commit)
        parents = ctx.git.read("show", "--no-patch", "--format=%P", commit).split()
        title = next((found for form in _TITLES if (found := form.search(message))), None)
        if len(parents) > 1 and title is None:
            within = ("rev-list", "--reverse", "--no-merges", f"{parents[0]}..{commit}", "--", *below)
            for inner in ctx.git.read(*within, cwd=ctx.git.top).split():
                yield from _of(ctx, inner, ctx.git.read("show", "--no-patch", "--format=%B", inner))
        elif title is not None:
            number = title.groupdict().get("issue") or ""
            yield from _of(ctx, commit, f"{title['title']}\n\n{message.partition(title['title'])[2]}", number)
        else:
            yield from _of(ctx, commit, message)


def _of(ctx: Context, commit: str, message: str, number: str = "") -> Iterator[Suggestion]:
    """Give the note that a message suggests, if it does and the commit has none of its own."""
    subject, _, body = message.strip().partition("\n")
    found = _CONVENTIONAL.fullmatch(subject)
    breaks = bool(_BREAKING.search(body))
    if found is None or (not found["bang"] and not breaks and found["type"].lower() not in _KINDS):
        return
    words = ("diff-tree", "--no-commit-id", "--name-only", "--relative", "-r", "-m", "--first-parent", commit)
    brought = ctx.git.read(*words).splitlines()
    if any(ctx.project.notes.holds(path) for path in brought):
        return
    text = found["text"]
    if squashed := _NUMBER.search(text):
        number, text = number or squashed[1], text[: squashed.start()]
    closed = _CLOSES.search(body)
    kinds = ctx.project.notes.kinds
    wanted = _BREAKS if found["bang"] or breaks else _KINDS[found["type"].lower()]
    kind = next((each for each in wanted if each in kinds), a_fix(kinds))
    yield Suggestion(kind, text[0].upper() + text[1:], closed[1] if closed else number, commit[:7])
