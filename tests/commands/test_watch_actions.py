"""What follows from a look at a release: acts, the record at the end, a watch that is followed and continued."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from release.commands.after_release.watch import watch
from tests.commands.test_watch import YANK, configured, without_installs
from tests.commands.test_yank import showing
from tests.support.serving import serving
from tests.support.world import World


def test_other_bytes_are_to_be_taken_back_and_recorded(noted: World, shelf: Path) -> None:
    without_installs(noted)
    path = next(shelf.glob("*.whl"))
    path.write_bytes(path.read_bytes() + b"more")

    ran = noted.inv("watch", "0.1.0")

    assert ran.code == 1
    lines = ran.out.splitlines()
    assert "verdict: take back" in lines
    assert f"  run: {YANK}" in lines
    assert lines[-1] == "recorded: take back"
    assert noted.inv("yank", "0.1.0", "--reason", "what is wrong", "--dry-run").code == 0
    noted.git("fetch", "--quiet", "origin", "refs/keelway/watch/0.1.0")
    record = noted.git("cat-file", "tag", "FETCH_HEAD")
    assert "Verdict: take back" in record
    assert noted.git("rev-parse", "FETCH_HEAD^{commit}") == noted.git("rev-parse", "v0.1.0^{commit}")
    again = noted.inv("watch", "0.1.0")
    assert "recorded" not in again.out  # the same verdict is kept once
    failed = json.loads(noted.inv("metrics", "--json").out)["failed"]
    assert [(each["version"], each["evidence"], each["mended"]) for each in failed] == [
        ("0.1.0", "taken back by a watch", None)
    ]
    assert json.loads(noted.inv("metrics", "--offline", "--json").out)["failed"] == []


def test_a_check_that_may_act_yanks_by_the_command_of_the_index(noted: World, tmp_path: Path) -> None:
    """And only such a check: a dry run, and one without act, leave it to a person."""
    without_installs(noted)
    flag = tmp_path / "yanked"
    path = noted.project / "release.toml"
    with serving(showing(flag.exists)) as address:
        text = path.read_text().replace(noted.index, address)
        path.write_text(text.replace('name = "local"\n', f'name = "local"\nyank = ["touch", "{flag}"]\n'))
        assert noted.inv("watch").code == 1
        assert not flag.exists()
        configured(noted, '[[watch]]\nname = "files"\nact = ["yank"]')
        assert noted.inv("watch", "--dry-run").code == 1
        assert not flag.exists()
        noted.commit("watch acts")

        ran = noted.inv("watch")

    assert (ran.code, flag.exists()) == (1, True), ran.text
    assert "\nyank, as configured by act in [[watch]] for files on local\n" in ran.out
    assert noted.git("log", "-1", "--format=%s") == "note: 0.1.0 was yanked"


def test_the_verdict_at_the_end_is_recorded_and_nothing_is_followed_any_more(noted: World) -> None:
    without_installs(noted)
    noted.git("tag", "--delete", "v0.1.0")
    noted.git("fetch", "--quiet", "origin", "tag", "v0.1.0")
    text = noted.git("cat-file", "tag", "v0.1.0")
    old = " ".join("1700000000" if word.isdigit() and len(word) == 10 else word for word in text.split(" "))
    made = noted.run(
        "sh", "-c", f"cat > made <<'END'\n{old}\nEND\ngit update-ref refs/tags/v0.1.0 $(git mktag < made); rm made"
    )
    assert made.code == 0, made.text

    ran = noted.inv("watch", "--follow")

    assert ran.code == 0, ran.text
    assert ran.out.splitlines()[0].endswith("the watch is over")
    assert ran.out.splitlines()[-1] == "recorded: keep"


def test_acts_draft_a_hotfix_and_restore_the_release_before(noted: World, shelf: Path) -> None:
    """Each unasked, and only since release.toml says so for that check; a repeated look drafts nothing anew."""
    without_installs(noted)
    noted.git("tag", "v0.0.9", "v0.1.0^")
    path = next(shelf.glob("*.whl"))
    path.write_bytes(path.read_bytes() + b"more")
    acts = 'act = ["hotfix", "restore"]\nrestore = ["touch", "back-to-{previous}"]'
    configured(noted, f'[[watch]]\nname = "files"\n{acts}')
    noted.commit("watch acts")
    assert noted.inv("watch", "--dry-run").code == 1
    assert "refs/heads/hotfix/0.1.1" not in noted.remote_refs()

    ran = noted.inv("watch")

    assert ran.code == 1
    assert noted.remote_refs()["refs/heads/hotfix/0.1.1"] == noted.git("rev-parse", "v0.1.0^{commit}")
    assert (noted.project / "back-to-0.0.9").exists()
    drafted = "drafted hotfix/0.1.1 on origin; next: inv hotfix --reason outage --pick COMMIT"
    assert drafted in ran.out
    assert "restored 0.0.9: touch back-to-0.0.9" in ran.out
    assert "no draft of a hotfix: hotfix/0.1.1 is in progress" in noted.inv("watch").out
    fix = noted.commit("mend", **{"changelog.d/+mend.fix.md": "Mend\n"})
    noted.git("push", "--quiet", "origin", "main")
    tried = noted.inv("hotfix", "--reason", "outage", "--pick", fix, "--dry-run")
    assert tried.code == 0, tried.text
    assert "0.1.1" in tried.out


def test_a_watch_that_is_followed_looks_again_and_ends_with_what_it_finds(
    noted: World, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock alone is not waited for: between two looks a wheel gets other bytes."""
    without_installs(noted)
    pauses: list[float] = []
    short = time.sleep

    def meanwhile(seconds: float) -> None:
        if seconds < 60:  # of the servers around it
            short(seconds)
            return
        pauses.append(seconds)
        if len(pauses) == 2:
            path = next(shelf.glob("*.whl"))
            path.write_bytes(path.read_bytes() + b"more")

    monkeypatch.setattr(time, "sleep", meanwhile)

    assert watch(noted.context(), "", dry_run=True, follow=True) is False

    assert pauses == [900.0, 900.0]
    assert 3600 / 900 * 15 <= 60  # looks an hour, and the requests that each of them may make at that pace


def test_a_watch_that_is_stopped_is_continued_by_the_same_command(noted: World) -> None:
    without_installs(noted)
    words = [sys.executable, "-u", "-m", "invoke", "watch", "--follow"]
    process = subprocess.Popen(
        words, cwd=noted.project, env=noted.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if line.startswith("checking again in 15 minutes"):
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130, err
    assert "verdict: keep" in seen
    assert noted.inv("watch").code == 0
