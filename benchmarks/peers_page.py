"""docs/peers.md: the table of what becomes of a disturbed release, with what it means and how to see it again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from benchmarks import ROOT
from benchmarks.contenders import Contender
from benchmarks.environments import CONSTRAINTS, PEERS
from benchmarks.mishaps import Mishap
from benchmarks.outcome import Grade, Outcome
from benchmarks.world import NEW

Cells = Mapping[tuple[str, str], Outcome]  # by key of a mishap and name of a contender
PAGE = ROOT / "docs" / "peers.md"

_HEAD = """\
# Beside other tools: what is left of a disturbed release

Each tool releases the same package ({new}) to the same kind of index and bare git remote. Something goes wrong; then
the cause is removed, and the same command is run once more. What counts is the result, not what the tool printed: tag
and branch on the remote, and the files on the index, opened and compared with the sources of the tag.

- {complete}: the release is complete, and nothing else was released.
- {untouched}: it is not released, and nothing public has changed; at most the maintainer's own clone has.
- {broken}: a half release, or one that was not asked for, is public, and the same command does not repair it.

"""

_TAIL = """
## What was compared

- **ours**: `inv release patch --yes`, `release.toml` with nothing but the index.
- **zest.releaser** {zest}: `fullrelease --no-input`; tags with a `v`.
- **python-semantic-release** {semantic}: `semantic-release version --no-vcs-release && twine upload dist/*`, built with
  `python -m build --installer uv`, no forge.
- **bare script**: `benchmarks/bare.sh {new}`: bump-my-version {bump}, towncrier {towncrier}, build {build},
  `git push --atomic`, twine {twine}. It is a careful one: it refuses uncommitted changes and empties `dist/` first.
- **nox sessions**: `benchmarks/sessions.sh {new}`: sessions in the style of pip's own noxfile, in the order of its
  documentation (prepare, build, upload, push), written for this comparison.

## What the table does not say

- The index is pypiserver {pypiserver} behind a proxy that fails on demand (`tests/support/proxy.py`). PyPI accepts the
  same bytes twice without an error; pypiserver does not, so a repeated upload that would pass there fails here.
- Someone who knows the tool can repair most cases marked {broken} by hand. The table shows what the same command does.
- We chose the mishaps. They are the ones that people report most often, and those that can happen at each step of a
  release; another choice would give other counts.
- zest.releaser, without `--no-input`, asks a person whether to try an upload again.

## How to see it again

`nox -s peers` writes this page; it needs git and an index to install the tools from.
`--only {example} --contender zest` prints one cell;
`.nox/bench/logs/` has the output of each tool.
"""


def page(
    mishaps: Mapping[str, Mishap], contenders: Sequence[Contender], cells: Mapping[tuple[str, str], Outcome]
) -> str:
    """Return the page in Markdown; `cells` is by key of a mishap and name of a contender."""
    rows = [["mishap, and how it is over", *(each.name.removesuffix(", everything") for each in contenders)]]
    rows += [["---"] * len(rows[0])]
    for key, mishap in mishaps.items():
        rows += [[f"{mishap.name}; {mishap.after}", *(str(cells[key, each.name]) for each in contenders)]]
    for grade in Grade:
        counts = [sum(cells[key, each.name].grade is grade for key in mishaps) for each in contenders]
        rows += [[f"**{grade.value} of {len(mishaps)}**", *(f"**{count}**" for count in counts)]]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    signs = {"complete": Grade.COMPLETE.value, "untouched": Grade.UNTOUCHED.value, "broken": Grade.BROKEN.value}
    words = signs | _versions() | {"new": NEW, "example": next(iter(mishaps))}
    return _HEAD.format(**words) + table + _TAIL.format(**words)


def _versions() -> dict[str, str]:
    """Return the versions that the page names, from the files that hold them."""
    names = {
        "zest": (PEERS, "zest-releaser"),
        "semantic": (PEERS, "python-semantic-release"),
        "bump": (CONSTRAINTS, "bump-my-version"),
        "towncrier": (CONSTRAINTS, "towncrier"),
        "build": (CONSTRAINTS, "build"),
        "twine": (CONSTRAINTS, "twine"),
        "pypiserver": (CONSTRAINTS, "pypiserver"),
    }
    texts = {path: path.read_text(encoding="utf-8") for path in (PEERS, CONSTRAINTS)}
    found = {key: re.search(rf"(?m)^{re.escape(name)}==(\S+)", texts[path]) for key, (path, name) in names.items()}
    return {key: match[1] if match else "" for key, match in found.items()}
