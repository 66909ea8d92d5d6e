"""Which series get what is computed from tags, plans and release.toml, for today and for past days."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.support.lines import configured
from tests.support.planning import commit_on, history
from tests.support.world import World

TAGS = {
    "v1.0.0": date(2024, 3, 4),
    "v1.1.0": date(2025, 2, 3),
    "v1.0.1": date(2025, 3, 3),
    "v1.2.0": date(2026, 2, 2),
    "v1.3.0rc1": date(2026, 8, 3),
}


@pytest.fixture
def several(repository: World) -> World:
    history(repository, 0, start=date(2024, 1, 1))
    for tag, day in TAGS.items():
        commit_on(repository, day, tag)
        repository.git("tag", "--annotate", f"--message={tag}", tag)
    return repository


def shown(world: World, *words: str) -> str:
    ran = world.inv("support", *words)
    assert ran.code == 0, ran.text
    return ran.out


AT = "--at=2026-09-01"


def test_without_rules_every_series_is_full_and_it_says_why(several: World) -> None:
    assert shown(several, AT) == (
        "acme, as of 2026-09-01\n\n"
        "  series  gets  since       newest  then\n"
        "  1.2     full  2026-02-02  1.2.0\n"
        "  1.1     full  2025-02-03  1.1.0\n"
        "  1.0     full  2024-03-04  1.0.1\n"
        "\nno support period is configured\nnext: $EDITOR release.toml      ([calendar])\n"
    )


def test_each_series_has_the_state_of_its_day(several: World) -> None:
    configured(several, "\n[calendar]\nfixes_only = 180\nsecurity_only = 365\nend_of_life = 730\n")
    plan = "date = 2026-10-06\n[dates]\nend_of_life = 2030-01-01\n"
    commit_on(several, date(2026, 8, 10), "plan", {"plans/1.3.toml": plan})

    assert shown(several, AT) == (
        "acme, as of 2026-09-01\n\n"
        "  series  gets           since       newest  then\n"
        "  1.3     planned        2026-10-06          full from 2026-10-06, in 35 days\n"
        "  1.2     fixes only     2026-02-02  1.2.0   security only from 2027-02-02, in 154 days\n"
        "  1.1     security only  2025-02-03  1.1.0   ended from 2027-02-04, in 156 days\n"
        "  1.0     ended          2024-03-04  1.0.1\n"
    )
    assert shown(several, AT, "--markdown").splitlines()[2:4] == [
        "| 1.3 | planned | 2026-10-06 | 2027-04-04 | 2027-10-06 | 2030-01-01 |  |",
        "| 1.2 | fixes only | 2026-02-02 | 2026-08-01 | 2027-02-02 | 2028-02-02 | 1.2.0 |",
    ]
    before = json.loads(shown(several, "--json", "--at=2024-06-01"))["series"]
    assert [(each["series"], each["support"], each["newest"]) for each in before] == [("1.0", "full", "1.0.0")]
    last = json.loads(shown(several, "--json", "--at=2026-03-04"))["series"]
    assert [each["support"] for each in last] == ["full", "security only", "security only"]  # 1.0 ends after 2026-03-04


def test_only_so_many_of_the_newest_series_are_supported(several: World) -> None:
    configured(several, "\n[calendar]\nseries = 2\n")

    rows = shown(several, AT).splitlines()[3:]

    assert [row.split()[:2] for row in rows] == [["1.2", "full"], ["1.1", "full"], ["1.0", "ended"]]
    assert rows[-1].endswith("1.0.1   since there is more than 1.1")


def test_without_a_release_there_is_nothing_to_show(repository: World) -> None:
    ran = repository.inv("support")

    why = "nothing was released by then, and no plan has a date"
    assert (ran.code, ran.err.strip("\n")) == (
        1,
        f"cannot show what is supported\n  why: {why}\n  run: inv history",
    )
