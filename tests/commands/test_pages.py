"""`inv pages`, as typed: the pages of a project with a past full of texts that attack, and of an empty one."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest

from benchmarks.pages_cost import made
from release.commands.after_release.pages import files
from release.context_loader import load_context
from tests.forgeries.forging import tag_object
from tests.support.mould import Mould
from tests.support.past import Past, at, note
from tests.support.site import Page, contrast, dead_links, pages_in
from tests.support.world import World

EVIL = '<script>alert("x")</script><img src=//evil.example/x onerror=alert(1)>'
ADA, GRACE = ("Ada Lovelace", "ada@example.org"), ('Grace " onclick="x', "grace@example.org")
ATOM = "{http://www.w3.org/2005/Atom}"
HASHES = f"{'a' * 64}  acme-1.2.0.tar.gz\n{'b' * 64}  acme-1.2.0-py3-none-any.whl"


@dataclass(frozen=True)
class Built:
    """A project, and the pages that were made of it."""

    world: World
    printed: str
    pages: dict[str, Page]

    @property
    def folder(self) -> Path:
        """Where the pages are."""
        return self.world.project / "site" / "releases"


def made_past(world: World) -> None:
    """Give a project five minor releases and a hotfix, with a freeze, decisions, a yank and texts that attack."""
    shutil.rmtree(world.project / ".git")
    past, log = Past(world.project), ""
    kept = ("pyproject.toml", "release.toml", "tasks.py", "noxfile.py", ".gitignore", "src/acme/__init__.py")
    past.commit("start", 0, {path: (world.project / path).read_text() for path in kept})
    for number in range(5):
        day = 30 * number + 1
        past.commit(f"feature {number} {EVIL}", day - (day and 1), note(f"{number}.feature.md"))
        base = past.commit(
            f"fix {number}", day + 1, note(f"{number}0.fix.md"), author='Zoe " onload="x <z@example.org>'
        )
        if number == 3:
            past.commit("Freeze release/1.3", day + 5, body="Frozen: 1.3")
        log = f"## 1.{number}.0\n\n### Features\n\n- Thing {number} {EVIL}\n- [see](javascript:alert(1))\n\n{log}"
        made = past.release(f"1.{number}.0", day + 10, gone=(f"{number}.feature.md", f"{number}0.fix.md"))
        if number == 2:
            text = f"acme 1.2.0\n\n{HASHES}\n\nApproved: Ada Lovelace <ada@example.org> as quality\nLeft out: audit"
            past.rows[-1] = f"data {len(text)}\n{text}"
            past.commit("fix the outage", day + 10.5, note("99.fix.md"), branch="hotfix/1.2.1", start=made)
            past.release("1.2.1", day + 11, branch="hotfix/1.2.1", body="Hotfix: outage", gone=("99.fix.md",))
            approved, watched = base, made
    past.commit("yank 1.3.0", 150, note("+yanked-1.3.0.fix.md", f"1.3.0 was yanked: {EVIL}"))
    past.commit("Changelog", 161, {"CHANGELOG.md": f"# Changelog\n\n{log}", **note("7.fix.md")})
    past.made()
    world.git("reset", "--quiet")
    world.git("remote", "add", "origin", world.remote)
    world.git("push", "--quiet", "--force", "--tags", "origin", "main")
    for name, number, message, who, made_on in (
        ("approvals/production/x/quality/ada", approved, "Stage: production\nRole: quality", ADA, 63.5),
        ("watch/1.2.0", watched, f"Verdict: take back\nEvidence: installs fail {EVIL}", GRACE, 72),
        (
            "waivers/audit/main/x/grace",
            approved,
            "Gate: audit\nReason: ask ada@example.org\nUntil: 2026-09-01",
            GRACE,
            63,
        ),
    ):
        tag_object(world, f"refs/keelway/{name}", name, past.sha(number), f"Decide\n\n{message}", who, at(made_on))
    forged = "approvals/production/x/lead/ada"
    tag_object(
        world, f"refs/keelway/{forged}", "another", past.sha(approved), "Stage: production\nRole: forged", ADA, at(64)
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, _without_index: Mould) -> Iterator[Built]:
    """The pages of a project with half a year of releases."""
    world = _without_index.copy(tmp_path_factory.mktemp("pages") / "world")
    made_past(world)
    ran = world.inv("pages")
    assert (ran.code, ran.err) == (0, ""), ran.err
    yield Built(world, ran.out, pages_in(world.project / "site" / "releases"))


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_command_says_what_it_wrote_and_where(built: Built) -> None:
    first, second = built.printed.splitlines()

    assert first == "13 files of 6 releases are in site/releases, as of 2026-06-10"
    assert second == f"open {(built.folder / 'index.html').as_uri()}"
    assert built.world.git("status", "--porcelain", "--", "site") == ""


def test_each_page_is_for_everyone(built: Built) -> None:
    """Landmarks, headings in order, names of drawings and tables, parts that a keyboard reaches; nothing that loads."""
    assert {path: list(page.wrong()) for path, page in built.pages.items() if list(page.wrong())} == {}
    assert len(built.pages) == 12
    for path, page in built.pages.items():
        policies = [each["content"] for each in page.of("meta") if each.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1, path
        assert policies[0].startswith("default-src 'none'; style-src 'sha256-")


def test_each_link_leads_somewhere(built: Built) -> None:
    assert dead_links(built.folder, built.pages) == []
    outside = {each["href"] for page in built.pages.values() for each in page.of("a") if "//" in each["href"]}
    assert outside == set()


def test_texts_that_attack_stay_texts(built: Built) -> None:
    for path in ("releases/1.2.0.html", "releases/1.3.0.html", "activity.html", "index.html"):
        page = built.pages[path]
        assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "form"}, path
        assert "javascript:" not in str([attributes for _, attributes in page.tags])
        assert "<script>" in page.text, path


def test_addresses_of_people_are_not_published(built: Built) -> None:
    assert [path for path, text in bytes_in(built.folder).items() if b"example.org" in text] == []


def test_the_colours_can_be_read_by_day_and_night(built: Built) -> None:
    style = re.search("<style>(.*?)</style>", (built.folder / "index.html").read_text(), re.DOTALL)
    assert style
    themes = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", part))
        for part in re.findall(r":root \{(.*?)\}", style[1], re.DOTALL)
    ]
    light, dark, paper = themes[0], themes[1], themes[2]
    assert paper == {}  # print: short forms, black on white
    for theme in (light, dark):
        for ground in ("paper", "tint"):
            for ink in ("ink", "soft", "link", "good", "warn", "bad"):
                assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
        assert contrast(theme["bar"], theme["paper"]) >= 3


def test_the_first_page_answers_what_is_released_and_what_went_wrong(built: Built) -> None:
    text = " ".join(built.pages["index.html"].text.split())

    assert "newest final 1.4.0, 2026-05-11 (minor)" in text
    assert "where as a tag: no index was asked; tag v1.4.0" in text
    assert "2 changes on the main branch wait for a release: 2 fix; the oldest since 2026-05-30." in text
    assert "Releases came every 30 days (median of 5)." in text
    assert "1.2.0 (2026-03-12) failed: hotfix 1.2.1 (outage). 1.2.1 followed it on 2026-03-13. The watch found" in text
    assert "verdict take back (installs fail <script>" in text
    assert "1 of 6 releases failed." in text


def test_a_release_has_its_files_its_decisions_and_a_replay(built: Built) -> None:
    page = built.pages["releases/1.2.0.html"]
    text = " ".join(page.text.split())

    assert f"acme-1.2.0.tar.gz not known {'a' * 64}" in text
    assert "Approved: Ada Lovelace as quality" in text
    assert "Left out: audit" in text
    assert "Approval: stage production, role quality, by Ada Lovelace, 2026-03-05 12:00 UTC" in text
    assert "released 2026-03-13 00:00 UTC (2026-03-12 Anywhere on Earth), minor" in text
    assert 'verdict take back, by Grace " onclick="x: installs fail <script>' in text
    replay = text.partition("Replay, step by step")[2]
    assert re.findall(r"UTC: (\S+)", replay) == ["waiver", "approval", "release", "failure", "watch"]
    assert "stage production, role quality, by Ada Lovelace" in replay
    assert "forged" not in text


def test_a_freeze_and_a_yank_are_in_the_activity(built: Built) -> None:
    text = " ".join(built.pages["activity.html"].text.split())

    assert "2026-04-07 00:00 UTC freeze: 1.3 Ada Lovelace - 1.3.0" in text
    assert f"2026-05-31 00:00 UTC yank: 1.3.0 Ada Lovelace 1.3.0 was yanked: {EVIL} 1.3.0" in text
    assert built.pages["activity/2026.html"].text.count(" UTC") == built.pages["activity.html"].text.count(" UTC")


def test_the_feed_can_be_subscribed_to(built: Built) -> None:
    feed = ElementTree.parse(built.folder / "activity.atom").getroot()  # noqa: S314 - our own text

    entries = feed.findall(f"{ATOM}entry")
    times = [each.findtext(f"{ATOM}updated") or "" for each in entries]
    names = {each.findtext(f"{ATOM}id") for each in entries}
    assert feed.findtext(f"{ATOM}updated") == times[0] == max(times)
    assert times == sorted(times, reverse=True)
    assert len(names) == len(entries) == 12
    for each in entries:
        link = each.find(f"{ATOM}link")
        assert link is not None
        assert (built.folder / unquote(link.attrib["href"])).is_file()
        assert each.findtext(f"{ATOM}author/{ATOM}name")
    read = feedparser.parse(str(built.folder / "activity.atom"))  # what readers of feeds are built on
    assert (read.bozo, read.version, read.feed.title) == (False, "atom10", "Activity of acme")
    assert [each.id for each in read.entries] == [each.findtext(f"{ATOM}id") for each in entries]
    assert all(each.updated_parsed and each.summary and each.link for each in read.entries)
    assert any("<script>" in html.unescape(each.summary) for each in read.entries)
    assert not any(each.get("content", [{"type": ""}])[0]["type"] == "text/html" for each in read.entries)


def test_the_same_commit_gives_the_same_bytes_anywhere(built: Built, tmp_path: Path) -> None:
    there = tmp_path / "elsewhere"
    built.world.git("clone", "--quiet", built.world.remote, there)
    shutil.copytree(built.world.project / "release", there / "release")

    ran = built.world.inv("pages", "--to", "public", cwd=there)

    assert (ran.code, ran.err) == (0, "")
    assert bytes_in(there / "public") == bytes_in(built.folder)


def test_pages_of_a_past_day_have_what_was_there_then(built: Built) -> None:
    ran = built.world.inv("pages", "--to", "then", "--at", "2026-03-13", "--offline")

    assert ran.out.startswith("11 files of 4 releases are in then, as of 2026-03-13\n")
    text = " ".join(pages_in(built.world.project / "then")["index.html"].text.split())
    assert "Not known: the remote was not asked." in text
    shutil.rmtree(built.world.project / "then")


def test_a_folder_with_something_else_in_it_is_left_alone(built: Built) -> None:
    ran = built.world.inv("pages", "--to", "docs")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "\ncannot write pages into docs\n"
        "  why: it has files that are no such pages, and they would be lost\n"
        "  run: inv pages --to site/releases-new\n"
    )
    assert built.world.inv("pages", "--to", "site/releases-new").code == 0
    shutil.rmtree(built.world.project / "site" / "releases-new")


def test_an_empty_project_has_pages_that_say_so(repository: World) -> None:
    ran = repository.inv("pages")

    assert (ran.code, ran.err) == (0, "")
    folder = repository.project / "site" / "releases"
    pages = pages_in(folder)
    assert {path: list(page.wrong()) for path, page in pages.items() if list(page.wrong())} == {}
    assert dead_links(folder, pages) == []
    assert "Nothing is released yet." in pages["index.html"].text
    assert "plan" not in " ".join(page.text for page in pages.values()).lower()  # it has none


def test_files_on_the_index_have_their_size(noted: World) -> None:
    assert noted.inv("pages").code == 0

    text = " ".join(pages_in(noted.project / "site" / "releases")["releases/0.1.0.html"].text.split())
    assert re.search(r"acme-0\.1\.0\.tar\.gz \d+\.\d kB [0-9a-f]{64} yes", text)


def made_plans(world: World) -> None:
    """Give a project a planned release that is out, one that is to come, and six weeks of changes for each."""
    shutil.rmtree(world.project / ".git")
    past = Past(world.project)
    past.commit("start", 0, {path: (world.project / path).read_text() for path in ("pyproject.toml", "release.toml")})
    for number, date in enumerate(("2026-02-10", "2026-04-02")):
        day = 45 * number
        evil = f'[[item]]\nid = "a{number}"\ntitle = \'{EVIL}\'\nmust = true\nowner = "grace@example.org"\n'
        items = f'{evil}[[item]]\nid = "b{number}"\ntitle = "B"\n'
        risk = '[[risk]]\nid = "abi"\ntext = "the ABI changes"\nchance = 0.4\n'
        past.commit(f"plan 1.{number}", day, {f"plans/1.{number}.toml": f'theme = "<b>"\ndate = {date}\n{items}{risk}'})
        names = [f"a{number}.feature.md", *(f"+{number}{week}.fix.md" for week in range(6))]
        for week, name in enumerate(names):
            past.commit(name, day + 1 + 6 * week, note(name))
        if number == 0:
            past.commit("prose", day + 42, {"plans/1.0.md": "# Talk\n\nIt was **late**; ask ada@example.org\n"})
            past.release("1.0.0", day + 43, gone=tuple(names))
    past.made()
    world.git("reset", "--quiet")
    world.git("remote", "add", "origin", world.remote)
    world.git("push", "--quiet", "--force", "--tags", "origin", "main")


def test_plans_have_pages_with_the_facts_of_the_commands(repository: World) -> None:
    """One test, since the world is what costs: plans, days, .ics, drawings, weeks, retrospective, accuracy."""
    made_plans(repository)
    ran = repository.inv("pages")
    folder = repository.project / "site" / "releases"
    pages = pages_in(folder)

    assert (ran.code, ran.err) == (0, "")
    assert {path: list(page.wrong()) for path, page in pages.items() if list(page.wrong())} == {}
    assert dead_links(folder, pages) == []
    assert [each for each in folder.rglob("*") if each.is_file() and b"example.org" in each.read_bytes()] == []
    page = pages["plans/1.1.html"]
    text = " ".join(page.text.split())
    said = json.loads(repository.inv("health", "1.1", "--at", "main", "--json").out)
    for aspect in said["aspects"]:
        assert f"{aspect['name']} {aspect['colour'].capitalize()} {aspect['fact']}" in text
    assert f"a1 {EVIL} done a1.feature.md in " in text
    assert "b1 B open by feature-complete" in text
    assert "Add these days to a calendar (.ics)" in text
    assert text.count("the upright line is") == 1
    assert "The ABI" not in text and "the ABI changes 40 % open no mitigation" in text
    weeks = text.partition("Health over time")[2].partition("Risks")[0]
    assert len(re.findall(r"\d{4}-\d\d-\d\d (?:Green|Yellow|Red)", weeks)) == 6
    days = icalendar.Calendar.from_ical((folder / "plans/1.1.ics").read_bytes())
    assert [str(each["UID"]) for each in days.walk("VEVENT")][:2] == [
        "1.1-alpha@acme.keelway",
        "1.1-feature-complete@acme.keelway",
    ]
    first = " ".join(pages["index.html"].text.split())
    assert "release 1.1: <b> when planned for 2026-04-02" in first
    assert re.search(r"probability \d+ % for 2026-04-02; 50 % by 2026-\d\d-\d\d, 85 % by 2026-\d\d-\d\d", first)
    assert "1.1 is " in first.partition("What is in the way")[2]
    back = " ".join(pages["releases/1.0.0.html"].text.split())
    assert "date of the final 2026-02-10 2026-02-12, 2 days late no" in back
    assert "scope 2 items 1 of them done, 50 % no" in back
    assert "It was late; ask ada" in back
    assert "scope delivered 1 of 2, too few to judge 2 over 85 %" in " ".join(pages["accuracy.html"].text.split())
    assert "plan: plan 1.1" in pages["activity.html"].text


def test_more_releases_and_plans_take_no_more_processes(tmp_path: Path) -> None:
    """What `benchmarks/pages_cost.py` measures for 300 releases by the clock."""
    found = []
    for releases, plans in ((6, 3), (16, 8)):
        place, trace = tmp_path / str(releases) / "acme", tmp_path / f"trace-{releases}"
        place.parent.mkdir()
        made(place, releases, plans)
        written = files(load_context(place, {**os.environ, "GIT_TRACE": str(trace)}, write=False))
        assert f"releases/1.{releases}.0.html" in written
        assert f"plans/1.{releases}.html" in written
        found.append(sum("built-in: git " in row for row in trace.read_text(encoding="utf-8").splitlines()))
    assert found[0] == found[1] < 60
