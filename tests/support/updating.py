"""`inv update` as its owner runs it: two versions with a changelog, what is told of them, and how it ends."""

from __future__ import annotations

from tests.support.evolution import NEW, OLD, Evolution
from tests.support.traces import traces

CHANGELOG = """\
# Changelog

## 0.2.0 (2026-03-01)

### Features

- Workflows are linted.

## 0.1.0 (2026-01-01)

- The first.
"""
TOLD = """\
the template is at 0.2.0, this project at 0.1.0

  ## 0.2.0 (2026-03-01)
  - Workflows are linted.

"""


def tell(evolution: Evolution) -> Evolution:
    """Give the two versions a changelog, and switch the project's checks off, for they take their time."""
    template = evolution.template
    template.git("checkout", "--quiet", OLD)
    old = "# Changelog\n\n" + CHANGELOG[CHANGELOG.index("## 0.1.0") :]
    template.commit("the changelog", **{"CHANGELOG.md": old})
    template.git("tag", "--force", OLD)
    template.git("checkout", "--quiet", "main")
    template.commit("another subject", **{"CHANGELOG.md": CHANGELOG})
    template.git("tag", "--force", NEW)
    assert "_commit: 0.1.0\n" in evolution.read(".copier-answers.yml")
    evolution.project.commit("no checks", **{"release.toml": "quality = []\n"})
    return evolution


def updated(evolution: Evolution, *words: str, code: int = 0) -> str:
    """Run `inv update`, and return what it printed."""
    ran = evolution.project.inv("update", *words)
    assert ran.code == code, ran.text
    return ran.out if code == 0 else ran.text


def refusal(evolution: Evolution, *words: str) -> str:
    """Run an update that must be refused and change nothing; return its error."""
    before = traces(evolution.project)
    ran = evolution.project.inv("update", *words)
    assert ran.code == 1, ran.text
    assert traces(evolution.project) == before
    return ran.err.strip("\n")
