"""Hostile answers: whatever the validators accept arrives unchanged in every file that it passes through."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.arriving import check
from tests.support.choices import PARAMETERS
from tests.support.seed import MORE, SEED
from tests.support.world import render_from

EXAMPLES, PARTS = 200 * MORE, 5

# What breaks templates: the syntax of every format that an answer passes through on its way.
MARKUP = r"""
    " ' \ \n \u0041 \x00 {{ x }} {{ }} ${{ {% raw %} {% endraw %} {# #} { } {0} %s %(x)s $HOME `id` %YAML # #: : - ? &a
    *a !!str | > @ --- ... null ~ true 0x1 1e3 3.10 [tool.x] x=1 [[x]] , ; / <b> </p> &amp; [a](b) **b** __b__ ~~~
    <!-- --> 1. 1) + = === a@b.co http://h.example/
"""
SYNTAX = [
    *MARKUP.split(),
    *('"""', "'''", " ", "  ", ": ", " # ", "- ", "1. ", "{{ x }}", "{% raw %}", "{% endraw %}", "{{ author_email }}"),
    *"🙂éè李\u0301\u200d\ufeff\u00a0\u3000\U0001fffe\U0010ffff\ud7ff\ufffd",
]
PLAIN = st.characters(
    exclude_categories=["Cc", "Cs"],
    exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff",
)


def hostile(longest: int) -> st.SearchStrategy[str]:
    """Return a strategy for texts that the validators accept and that are full of syntax."""
    pieces = st.lists(st.sampled_from(SYNTAX) | st.text(PLAIN, max_size=8), min_size=1, max_size=12).map("".join)
    return pieces.map(lambda text: text[:longest]).filter(lambda text: bool(text.strip()))


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_accepted_arrives_unchanged(slim: Path, tmp_path: Path, part: int) -> None:
    """In parts, so that they run at once; KEELWAY_SEED, which pytest prints, makes them again."""
    seed(SEED + part)(_arrives_unchanged)(slim, (tmp_path / str(number) for number in count()))


@given(
    description=hostile(500),
    author_name=hostile(200),
    author_email=st.sampled_from(["", "a+b@example.org"]),
    license=st.sampled_from(PARAMETERS["license"]),
    kind=st.sampled_from(PARAMETERS["kind"]),
    docs=st.sampled_from(PARAMETERS["docs"]),
)
@settings(
    max_examples=EXAMPLES // PARTS,
    deadline=None,
    database=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes at a fifth of a second each
    suppress_health_check=list(HealthCheck),
)
def _arrives_unchanged(slim: Path, places: Iterator[Path], **answers: str) -> None:
    project = next(places)
    render_from(slim, project, answers)

    check(project, answers)
