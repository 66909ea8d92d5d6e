"""Bringing back by requests: a branch with the merge, or with the fix where it conflicts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from release.base.errors import ReleaseError
from release.branches.unmerged_fixes import debts
from release.commands.hotfix import hotfix
from release.commands.merge_back import merge_back
from release.commands.status import look, show
from release.context import Context
from release.context_loader import load_context
from tests.support.forges.branches import branch_server, knows, note_merged, requests_on, variable
from tests.support.forges.kinds import KINDS
from tests.support.forges.server import ForgeServer
from tests.support.lines import (
    CODE,
    Told,
    agreed,
    final,
    fix,
    frozen,
    here,
    history,
    moved_on,
    released,
    there,
    wanted,
)
from tests.support.requests import by_request, merge, protect, squash
from tests.support.world import World

ASKING = "merge-back/0.1.1-into-main"


@pytest.fixture
def owing(repository: World) -> World:
    """0.1.1 was released as a hotfix by hand, and main, which has moved on and is checked out, lacks it."""
    moved_on(repository)
    repository.git("switch", "--quiet", "--create", "by-hand", "v0.1.0")
    fix(repository, "ONE = 1", "ONE = 11", "One is eleven")
    final(repository, "0.1.1")
    repository.git("push", "--quiet", "origin", ":refs/heads/by-hand")
    repository.git("switch", "--quiet", "main")
    return repository


@pytest.fixture(params=["github"])
def server(request: pytest.FixtureRequest, owing: World) -> Iterator[ForgeServer]:
    """The forge of that project."""
    with branch_server(request.param) as server:
        knows(owing, server)
        owing.commit("the forge")
        owing.git("push", "--quiet", "origin", "main")
        yield server


def knowing(world: World, server: ForgeServer) -> Context:
    return load_context(world.project, world.environment(**variable(server)))


def conflicting(world: World) -> None:
    """Let main have another value where the fix is."""
    fix(world, "ONE = 1", "ONE = 2")


@pytest.mark.parametrize("server", KINDS, indirect=True)
def test_what_comes_back_is_asked_for_once_and_is_paid_by_its_merge(owing: World, server: ForgeServer) -> None:
    before, told = owing.remote_refs(), Told()

    merge_back(knowing(owing, server), told, by_request=True)
    merge_back(knowing(owing, server), told, by_request=True)

    assert owing.remote_refs()["refs/heads/main"] == before["refs/heads/main"]
    word = "merge request" if server.kind.name == "gitlab" else "pull request"
    assert told.text == f"this pushes merge-back/0.1.1-into-main to origin and opens a {word} into main"
    assert requests_on(server) == [(ASKING, "main", "open")]
    (row,) = server.state.table("requests").values()
    text = row.get("body") or row["description"]
    assert row["title"] == "Merge acme 0.1.1 into main"
    assert text.startswith("main lacks of v0.1.1: ")
    assert text.endswith("A merge commit keeps the history of the merged fixes.")
    assert "ONE = 11" in there(owing, ASKING, CODE)
    merge(owing, ASKING)
    note_merged(server, ASKING)
    assert debts(here(owing), "main") == []


def test_it_is_paid_by_a_squash_too(owing: World) -> None:
    merge_back(here(owing), agreed, by_request=True)

    squash(owing, ASKING, "Merge acme 0.1.1 into main (#1)")

    assert debts(here(owing), "main") == []


def test_what_conflicts_is_asked_for_with_all_of_it_put_right_but_the_conflict(
    owing: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    conflicting(owing)

    merge_back(knowing(owing, server), agreed, by_request=True)

    assert f"it conflicts in {CODE}; resolve that before the merge" in capsys.readouterr().out
    refs = owing.remote_refs()
    assert owing.git("rev-parse", f"{ASKING}^", cwd=owing.remote) == refs["refs/tags/v0.1.1^{}"]
    words = ("git", "merge-tree", "--name-only", "--no-messages", "main", ASKING)
    tried = owing.run(*words, cwd=owing.remote).out.splitlines()
    assert tried[1:] == [CODE]
    assert 'version = "0.2.0.dev0"' in owing.git("show", f"{tried[0]}:pyproject.toml", cwd=owing.remote)
    show(knowing(owing, server), look(knowing(owing, server)))
    assert f"\nnext: {ASKING} waits to be merged\n" in capsys.readouterr().out
    (row,) = server.state.table("requests").values()
    assert row["body"].endswith(
        f"It conflicts in {CODE}. Resolve that on the forge, or here:\n\n"
        "```\ngit fetch origin && git switch merge-back/0.1.1-into-main && git merge origin/main\n```"
    )


@pytest.fixture
def lines(repository: World) -> World:
    """0.1.0 released, the line 0.2 frozen with a fix of its own, and main checked out."""
    released(repository)
    frozen(repository)
    fix(repository, "ONE = 1", "ONE = 11", "One is eleven")
    repository.git("switch", "--quiet", "main")
    return repository


def test_of_a_line_its_fixes_alone_are_asked_for(lines: World) -> None:
    """Its version and its pins are its own."""
    merge_back(here(lines), agreed, by_request=True)

    asking = "merge-back/0.2-into-main"
    assert history(lines, f"main..{asking}") == ["One is eleven"]
    assert 'version = "0.3.0.dev0"' in there(lines, asking, "pyproject.toml")
    squash(lines, asking)
    assert debts(here(lines), "main") == []


def test_a_fix_of_a_line_that_conflicts_is_told_with_what_picks_it(lines: World) -> None:
    conflicting(lines)
    commit = lines.git("rev-parse", "release/0.2")

    with pytest.raises(
        ReleaseError, match=r"cannot open a pull request for release/0\.2 into main automatically"
    ) as refused:
        merge_back(here(lines), agreed, by_request=True)

    assert refused.value.why == f"it conflicts in {CODE}"
    assert refused.value.run.startswith(
        f"git switch --create merge-back/0.2-into-main origin/main && git cherry-pick -x {commit[:12]} "
    )
    assert "refs/heads/merge-back/0.2-into-main" not in lines.remote_refs()


def test_status_tells_what_waits_to_be_merged(owing: World, capsys: pytest.CaptureFixture[str]) -> None:
    merge_back(here(owing), agreed, by_request=True)

    ctx = here(owing, write=False)
    show(ctx, look(ctx))

    assert "merge-back/0.1.1-into-main waits to be merged" in capsys.readouterr().out


def test_a_request_that_was_closed_is_told_with_what_asks_again(
    owing: World, server: ForgeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    merge_back(knowing(owing, server), agreed, by_request=True)
    for row in server.state.table("requests").values():
        row["state"] = "closed"
    capsys.readouterr()

    merge_back(knowing(owing, server), agreed, by_request=True)

    told = capsys.readouterr().out
    assert f"to open it again: git push origin --delete {ASKING} && inv merge-back --request" in told


def test_a_protected_branch_is_told_to_be_asked(owing: World) -> None:
    protect(owing)

    with pytest.raises(ReleaseError, match="cannot push main to origin") as refused:
        merge_back(here(owing), agreed)

    assert refused.value.run == "inv merge-back --request"


def test_a_hotfix_is_complete_with_its_merge_back_asked_for(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Users need not wait for the request; the next release of main does."""
    moved_on(repository)
    by_request(repository)
    repository.git("switch", "--quiet", "--create", "topic")
    path = repository.project / CODE
    path.write_text(path.read_text(encoding="utf-8").replace("ONE = 1\n", "ONE = 11\n"), encoding="utf-8")
    commit = repository.commit("One is eleven", **{"changelog.d/+one.fix.md": "One is eleven\n"})
    repository.git("switch", "--quiet", "main")
    told = Told()

    hotfix(here(repository), wanted(commit), told)

    assert "  main gets it by a pull request, too" in told.text
    assert "refs/tags/v0.1.1" in repository.remote_refs()
    assert "not merged back until this is merged: merge-back/0.1.1-into-main" in capsys.readouterr().out
    assert [debt.source for debt in debts(here(repository), "main")] == ["v0.1.1"]
    merge(repository, ASKING)
    assert debts(here(repository), "main") == []
