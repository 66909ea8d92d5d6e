"""The pages in a real browser: wide and narrow, light and dark, on paper, with a keyboard, and checked by axe-core."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from release.commands.after_release import pages
from tests.support.browser import Browser, browsing
from tests.support.mould import Mould
from tests.support.past import Past, note
from tests.support.site import dead_links, pages_in
from tests.support.world import World

WIDTHS, THEMES = (375, 768, 1280), ("light", "dark")
LONG = "averyveryverylongwordthatnothingbreaks" * 4
EVIL = f'<script>alert("x")</script><img src=//evil.example/x onerror=alert(1)> {LONG}'
OVERFLOWING = """
(() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")].filter(e => {
    if (e.closest("svg") && e.tagName.toLowerCase() !== "svg") return false;
    for (let p = e.parentElement; p; p = p.parentElement)
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(p).overflowX)) return false;
    return e.getBoundingClientRect().right > wide + 1;
  }).map(e => e.outerHTML.slice(0, 120)).slice(0, 3);
})()
"""
REACHABLE = '[...document.querySelectorAll("a[href], summary, [tabindex=\\"0\\"]")].filter(e => e.checkVisibility())'


def three_years(world: World) -> None:
    """Give a project 36 minor releases, some hotfixes and failures, planned ones, and texts that attack or are long."""
    shutil.rmtree(world.project / ".git")
    past, log = Past(world.project), ""
    kept = ("pyproject.toml", "release.toml")
    past.commit("start", 0, {path: (world.project / path).read_text() for path in kept})
    for number in range(36):
        day, name = 30 * number - 900, f"1.{number}"
        items = "".join(f"[[item]]\nid = \"{number}{each}\"\ntitle = '{EVIL}'\nmust = true\n" for each in "ab")
        risk = f'[[risk]]\nid = "abi"\ntext = "{LONG}"\nchance = 0.4\n'
        month = f"{2023 + (number + 7) // 12}-{(number + 7) % 12 + 1:02}-28"
        if number > 30:
            past.commit(f"plan {name}", day, {f"plans/{name}.toml": f"theme = '{LONG}'\ndate = {month}\n{items}{risk}"})
        names = [f"{number}{each}.{kind}.md" for each, kind in (("a", "feature"), ("b", "fix"), ("c", "fix"))]
        for place, each in enumerate(names):
            past.commit(f"{each} {EVIL}", day + 5 + 6 * place, note(each))
        log = f"## {name}.0\n\n### Features\n\n- {EVIL}\n\n| a | b |\n|---|---|\n| {LONG} | 2 |\n\n{log}"
        past.commit("log", day + 24, {"CHANGELOG.md": f"# Changelog\n\n{log}"})
        made = past.release(f"{name}.0", day + 25, gone=tuple(names))
        if number % 9 == 4:
            past.commit("fix", day + 26, note("9.fix.md"), branch=f"hotfix/{name}.1", start=made)
            past.release(f"{name}.1", day + 26.5, branch=f"hotfix/{name}.1", body="Hotfix: outage", gone=("9.fix.md",))
    coming = f'date = 2026-02-28\n[[item]]\nid = "next"\ntitle = \'{EVIL}\'\nmust = true\n[[item]]\ntitle = "B"\n'
    past.commit("plan 1.36", 182, {"plans/1.36.toml": coming})
    past.commit("more", 190, note("next.feature.md"))
    past.made()
    world.git("reset", "--quiet", "--hard")


def examined(browser: Browser, folder: Path, path: str) -> list[str]:
    """Return what is wrong with a page at every width and in both themes, on paper, and for a keyboard."""
    wrong = []
    browser.open(folder / path)
    for theme in THEMES:
        for width in WIDTHS:
            browser.look(width, theme)
            if browser.run("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{path} is wider than {width}")
            wrong += [f"{path} at {width}: {each} is cut" for each in browser.run(OVERFLOWING)]
            if width != 768:
                wrong += [f"{path} at {width}, {theme}: {each}" for each in browser.violations()]
    if not browser.printed().startswith(b"%PDF-"):
        wrong.append(f"{path} cannot be printed")
    return wrong + untouched(browser, path)


def untouched(browser: Browser, path: str) -> list[str]:
    """Return what the keyboard does not reach: each stop of the first forty, or all where there are fewer."""
    browser.run(f"window.wanted = {REACHABLE}.slice(0, 40); window.seen = new Set(); document.activeElement.blur()")
    for _ in range(browser.run("wanted.length")):
        browser.press_tab()
        browser.run("seen.add(document.activeElement); true")
    return [
        f"{path}: no key reaches {each}"
        for each in browser.run("wanted.filter(e => !seen.has(e)).map(e => e.outerHTML.slice(0, 120))")
    ]


@pytest.mark.journey
def test_everyone_can_use_the_pages(tmp_path: Path, repository: World, _without_index: Mould) -> None:
    """One test and one browser: of a project with three years of releases each kind of page, of an empty one all."""
    full = _without_index.copy(tmp_path / "full")
    three_years(full)
    wrong: list[str] = []
    with browsing(tmp_path / "profile") as browser:
        for world, newest in ((full, "1.35.0"), (repository, "")):
            made = pages.files(world.context(), offline=True)
            folder = world.project / "site"
            for path, text in made.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(text)
            assert dead_links(folder, pages_in(folder)) == []
            chosen = ["index.html", "releases.html", "metrics.html", "compare.html", "activity/2025.html"]
            chosen += ["plan.html", "plans/1.36.html", "plans/1.35.html", "accuracy.html", f"releases/{newest}.html"]
            there = [path for path in chosen if path in made]
            assert len(there) == (10 if newest else 4), sorted(made)
            for path in there:
                wrong += examined(browser, folder, path)
        outside = {url for url in browser.requested if not url.startswith("file:///")}
    assert wrong == []
    assert outside == set()
