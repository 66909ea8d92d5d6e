"""Hotfixes that somebody has to approve, in one clone or two, and what is due after them."""

from __future__ import annotations

import pytest

from release.base.errors import ReleaseError
from release.branches.process_overview import overview, record_follow_up
from release.commands.approve import approve
from release.commands.gates import judge
from release.commands.hotfix import give_up, hotfix, resume
from tests.support.lines import agreed, another, beside, configured, final, fix, here, wanted
from tests.support.making import set_version
from tests.support.world import World


def test_a_hotfix_that_somebody_has_to_approve_is_shown_to_them(ready: World) -> None:
    rules = '[[stages]]\nname = "hotfix"\npeople = 1\n'
    ready.git("switch", "--quiet", "--create", "again", "v0.1.0")
    configured(ready, rules)
    final(ready, "0.1.1")
    ready.git("switch", "--quiet", "main")
    configured(ready, rules)
    ready.commit("the same rules")
    ready.git("merge", "--quiet", "--strategy=ours", "--message", "back", "again")
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(ready), wanted(commit), agreed)
    other = another(ready)
    assert judge(here(ready), "hotfix").colour == "Red"

    approve(here(other), "hotfix")
    assert judge(here(ready), "hotfix").colour == "Green"
    resume(here(ready), agreed)

    assert "Approved: Ada Lovelace" in ready.git("tag", "--list", "--format=%(contents)", "v0.1.2")
    assert "refs/heads/hotfix/0.1.2" not in ready.remote_refs()


def test_a_hotfix_that_was_shown_is_taken_back_when_it_is_given_up(ready: World) -> None:
    ready.git("switch", "--quiet", "--create", "again", "v0.1.0")
    configured(ready, '[[stages]]\nname = "hotfix"\npeople = 1\n')
    final(ready, "0.1.1")
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    ready.git("switch", "--quiet", "main")
    configured(ready, '[[stages]]\nname = "hotfix"\npeople = 1\n')
    ready.commit("the rules of today")
    ready.git("push", "--quiet", "origin", "main")
    refs = ready.remote_refs()
    with pytest.raises(ReleaseError, match="0 of 1 people have approved"):
        hotfix(here(ready), wanted(commit), agreed)
    assert "refs/heads/hotfix/0.1.2" in ready.remote_refs()

    give_up(here(ready), agreed)

    assert ready.remote_refs() == refs


def test_what_another_clone_has_finished_is_closed_here(ready: World) -> None:
    configured(ready, '[[stages]]\nname = "hotfix"\npeople = 1\n')
    ready.commit("the rules")
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    with pytest.raises(ReleaseError, match="0 of 1 people"):
        hotfix(here(ready), wanted(commit, reason="outage"), agreed)
    other = another(ready)
    approve(here(other), "hotfix")
    resume(here(other), agreed)
    assert "Hotfix: outage" in ready.git("show", "--no-patch", "--format=%B", "v0.1.1^{commit}", cwd=ready.remote)

    resume(here(ready), agreed)

    assert "refs/heads/hotfix" not in ready.git("for-each-ref")
    assert not beside(ready).project.exists()
    assert not [ref for ref in ready.remote_refs() if "keelway/hotfixes" in ref]


def test_the_follow_up_is_due_until_it_is_recorded(ready: World) -> None:
    commit = fix(ready, "ONE = 1", "ONE = 11", "One is eleven")
    hotfix(here(ready), wanted(commit, reason="outage"), agreed)
    [due] = overview(here(ready)).follow_ups
    assert (str(due.version), due.reason, due.overdue) == ("0.1.1", "outage", False)

    record_follow_up(here(ready), due.version, "see the wiki")

    assert overview(here(another(ready))).follow_ups == []
    with pytest.raises(ReleaseError, match=r"nothing is due after 0\.1\.1"):
        record_follow_up(here(ready), due.version, "again")


def test_a_follow_up_becomes_overdue(ready: World) -> None:
    ready.git("switch", "--quiet", "--create", "hotfix/0.1.1", "v0.1.0")
    set_version(ready, "0.1.1")
    env = {"GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}
    ready.git("add", "--all")
    ran = ready.run("git", "commit", "-qm", "Release acme 0.1.1\n\nRelease: 0.1.1\nHotfix: outage", env=env)
    assert ran.code == 0, ran.text
    ready.git("tag", "--annotate", "--message", "x", "v0.1.1")
    ready.git("push", "--quiet", "origin", "v0.1.1", "HEAD")

    ran = ready.inv("status")

    assert "overdue follow-up" in ran.text
    assert "root cause and retrospective of 0.1.1 (outage): was due 2026-01-04 03:04 UTC" in ran.text
    assert "a hotfix is in progress: inv hotfix --continue" in ran.text
