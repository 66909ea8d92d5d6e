"""Announcing: once for each channel, in the words of the owner, over real HTTP; a dry run tells nobody."""

from __future__ import annotations

import json
import shutil

import pytest
from packaging.version import Version

from release.base.errors import ReleaseError
from release.channels.announcements import announcements
from release.channels.delivery import Delivery
from release.commands.announce import announce
from release.context_loader import load_context
from release.current_release import of_version
from tests.support.channels import NEWS, channels, kept, listening, paths
from tests.support.lines import here
from tests.support.mailing import mail_server
from tests.support.making import clone_of
from tests.support.world import World

# What apprise loads for pictures is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning")


def test_every_channel_is_told_once_whoever_announces(noted: World) -> None:
    with listening(noted, "chat", "mail") as heard:
        announce(here(noted), "0.1.0", [])
        announce(here(noted), "0.1.0", [])
        other = clone_of(noted)
        shutil.copy(noted.project / "release.toml", other.project)
        announce(here(other), "0.1.0", [])

    assert paths(heard) == ["/chat", "/mail"]
    assert kept(noted) == [f"0.1.0/{name}/{word}" for name in ("chat", "mail") for word in ("begun", "told")]
    message = json.loads(heard[0].body)
    install = f"pip install --index-url {noted.index}simple/ acme==0.1.0"
    assert message["title"] == "acme 0.1.0"
    assert message["message"].rstrip() == f"acme 0.1.0 is released.\n\n### Fixes\n\n- What 0.1.0 is.\n\n{install}"


def test_a_file_is_added_to_or_written_anew_with_the_words_of_a_template(noted: World) -> None:
    noted.write("NEWS.md", "Older news\n")
    noted.write("LATEST", "0.0.9\n")
    noted.write("news.txt", "{project} {version}, {tag}, {stage}, from {index}\n")
    more = (
        'template = "news.txt"\n[[announce]]\nname = "latest"\nfile = "LATEST"\nwrite = true\ntemplate = "news.txt"\n'
    )
    channels(noted, NEWS + more)

    announce(here(noted), "0.1.0", [])

    text = "acme 0.1.0, v0.1.0, production, from local\n"
    assert (noted.project / "NEWS.md").read_text() == f"Older news\n\n{text}"
    assert (noted.project / "LATEST").read_text() == text


def test_a_file_of_the_project_is_told_with_the_line_that_keeps_it(
    noted: World, capsys: pytest.CaptureFixture[str]
) -> None:
    channels(noted, NEWS)

    announce(here(noted), "0.1.0", [])

    line = capsys.readouterr().out.partition("told in this working tree; next: ")[2].partition("\n")[0]
    assert line == 'git add NEWS.md && git commit --message="Announce acme 0.1.0" && git push origin main'
    (there,) = announcements(of_version(here(noted), Version("0.1.0")))
    assert (there.standing, there.fact.partition("\n")[2]) == (Delivery.WRITTEN, line)
    clone = clone_of(noted)
    shutil.copy(noted.project / "release.toml", clone.project)
    (lost,) = announcements(of_version(here(clone), Version("0.1.0")))
    assert lost.fact.endswith(f"only in a working tree\ninv announce 0.1.0 && {line}")
    assert noted.run("bash", "-c", line).code == 0
    assert "NEWS.md" not in noted.git("status", "--porcelain")
    (kept_there,) = announcements(of_version(here(noted), Version("0.1.0")))
    assert kept_there.standing is Delivery.TOLD
    announce(here(noted), "0.1.0", [])
    assert "Announce" not in noted.git("status", "--porcelain", "--untracked-files=no")


def test_an_address_with_a_secret_comes_from_a_variable_and_is_printed_nowhere(noted: World) -> None:
    with listening(noted, "open") as heard:
        place = f"{(noted.project / 'release.toml').read_text().rpartition('json://')[2].partition('/')[0]}"
        channels(noted, '[[announce]]\nname = "chat"\nvariable = "CHAT_URL"\n')
        secret = f"json://ada:deep-secret@{place}/chat"

        ran = noted.inv("announce", CHAT_URL=secret)

    assert ran.code == 0, ran.text
    assert paths(heard) == ["/open", "/chat"]
    assert "deep-secret" not in ran.text
    assert heard[1].headers["Authorization"].startswith("Basic ")


def test_a_mail_arrives(noted: World) -> None:
    channels(noted, '[[announce]]\nname = "list"\nvariable = "LIST_URL"\n')
    with mail_server() as (place, received):
        environment = noted.environment(LIST_URL=f"mailto://{place}/?from=ada@example.org&to=users@example.org")
        announce(load_context(noted.project, environment), "0.1.0", [])

    assert [each["To"] for each in received] == ["users@example.org"]
    assert received[0]["Subject"] == "acme 0.1.0"
    assert "What 0.1.0 is." in received[0].as_string()


def test_a_dry_run_shows_the_texts_and_tells_nobody(noted: World, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(noted, "chat") as heard:
        announce(here(noted, write=False), "0.1.0", [], dry_run=True)

    shown = capsys.readouterr().out
    assert "acme 0.1.0 is released." in shown
    assert shown.endswith("\nnothing was sent\n")
    assert heard == []
    assert kept(noted) == []


def test_a_dry_run_after_all_is_told_says_so(noted: World, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(noted, "chat"):
        announce(here(noted), "0.1.0", [])
        capsys.readouterr()

        announce(here(noted, write=False), "0.1.0", [], dry_run=True)

    row, end = capsys.readouterr().out.splitlines()
    assert row.startswith("  done    announce by chat                    by Ada Lovelace <ada@example.org>, ")
    assert end == "everything is announced already"


@pytest.mark.parametrize(
    ("text", "again", "why"),
    [
        ("", [], "release.toml names no channel for a release of the stage production ([[announce]])"),
        (NEWS, ["chat"], "there is no channel chat; channels: news"),
    ],
)
def test_a_channel_that_there_is_none_of_is_refused(text: str, again: list[str], why: str, noted: World) -> None:
    channels(noted, text)

    with pytest.raises(ReleaseError) as refusal:
        announce(here(noted), "0.1.0", again)

    assert refusal.value.why == why
