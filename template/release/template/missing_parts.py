"""What the release process needs and an existing project does not have: files, and lines added to files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from release.base.text_file import read
from release.template.bumpversion_config import bumpversion_toml
from release.template.changelog_form import (
    MARKS,
    ChangelogForm,
    form_of,
    template_file,
    template_text,
    towncrier_rows,
)
from release.template.entry_files import SEPARATOR, Entrance
from release.template.project_detection import Layout

KINDS = {
    "breaking": "Breaking changes",
    "feature": "Features",
    "fix": "Fixes",
    "deprecation": "Deprecations",
    "security": "Security",
    "docs": "Documentation",
    "misc": "Miscellaneous",
}
_NOT_EXPORTED = "# The release process: meson-python packs what git exports.\n/release/** export-ignore"
_LEGACY = """\
# What every tool takes for a project without this file (PEP 517).
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta:__legacy__"
"""
_NOT_PACKED = "# ---- For the release process: only these are packed, release/ is not. ----"


def settings(found: Layout, *, reopen: bool = True) -> dict[str, str]:
    """Return {key of release.toml: value as TOML} for what is not as the defaults have it.

    `reopen` is whether a version can be written after a release: 1.3.0.dev0 after 1.2.0.
    """
    wanted = {"branch": found.branch(), "remote": found.remote(), "tag": found.tag() or "v{version}"}
    usual = {"branch": "main", "remote": "origin", "tag": "v{version}"}
    keys = {name: f'"{value}"' for name, value in wanted.items() if value != usual[name]}
    return keys | ({} if reopen and found.statements() else {"reopen": "false"})


def configured(text: str, keys: Mapping[str, str], forge: str = "") -> str:
    """Return the text of a release.toml with the keys that it does not have, and the kind of a forge if it has none."""
    known = tomllib.loads(text)
    lines = [f"{name} = {value}" for name, value in keys.items() if name not in known]
    rows = text.splitlines()
    if lines:
        at = next((number for number, row in enumerate(rows) if row and not row.startswith("#")), len(rows))
        rows = [*rows[:at], *lines, *([""] if at < len(rows) else []), *rows[at:]]
    if forge and "forge" not in known:
        rows += ["", "# Where the page of each release is made; none: it has no page.", "[forge]", f'kind = "{forge}"']
    return "".join(f"{row}\n" for row in rows)


def notes(found: Layout) -> dict[str, str]:
    """Return {file: text} of towncrier's configuration and the changelog's mark, where towncrier is not used yet."""
    if found.keeps_towncrier():
        return {}
    file, form, text = changelog_of(found)
    mark, at = MARKS[form.markdown], form.at
    gap = "" if not text[:at] or text[:at].endswith("\n\n") else "\n" if text[:at].endswith("\n") else "\n\n"
    behind = "" if not text[at:] else "\n" if form.markdown else "\n\n"  # else a comment would take the label in
    marked = text if mark in text else f"{text[:at]}{gap}{mark}\n{behind}{text[at:]}"
    rows = [
        "# How towncrier makes a section of the changelog out of the fragments in changelog.d.",
        "[tool.towncrier]",
        f'name = "{found.name}"',
        'directory = "changelog.d"',
        f'filename = "{file}"',
        *towncrier_rows(form, file),
        "wrap = false",
    ]
    for each, heading in KINDS.items():
        rows += ["", "[[tool.towncrier.type]]", f'directory = "{each}"', f'name = "{heading}"', "showcontent = true"]
    template = {template_file(form): template_text(form)} if form.by_template(file) else {}
    return {"towncrier.toml": "\n".join(rows) + "\n", file: marked} | template


def changelog_of(found: Layout) -> tuple[str, ChangelogForm, str]:
    """Return (file, form, text) of the changelog as it is, or as it will be."""
    file = found.changelog() or "CHANGELOG.md"
    path = found.root / file
    text = read(path) if path.exists() else "# Changelog\n"
    return file, form_of(text, found.name, markdown=file.lower().endswith(".md")), text


def changelog_doubts(found: Layout) -> list[str]:
    """Return what a person has to look at in the changelog: a line each."""
    if not found.keeps_towncrier():
        file, form, _ = changelog_of(found)
        others = [each for each in found.changelogs() if each != file]
        more = (
            [f"{file} is taken; {', '.join(others)} has sections, too (filename in towncrier.toml)"] if others else []
        )
        unread = [
            f"{each} has no section of a version that can be read; the sections are written into {file}"
            for each in found.unread_changelogs()
            if each != file
        ]
        return [f"{file}: {each}" for each in form.doubts] + more + unread
    return []


def bumping(found: Layout, *, anew: bool = False) -> dict[str, str]:
    """Return {file: text} of bump-my-version's configuration, where files state the version and nothing bumps them.

    `anew` is for a configuration that there is and that cannot write a version.
    """
    if not found.statements() or (found.keeps_bumpversion() and not anew):
        return {}
    return {".bumpversion.toml": bumpversion_toml(found.root, found.statements())}


def pyproject_of(found: Layout) -> str:
    """Return the text of pyproject.toml; where there is none, what builds the project without it (PEP 517)."""
    path = found.root / "pyproject.toml"
    return path.read_text(encoding="utf-8") if path.exists() else _LEGACY


def packing(found: Layout) -> tuple[dict[str, str], str]:
    """Return ({file: text}, what a person has to do) so that a build of the project itself does not pack release/.

    A release is built without it; `pip install .` is not. setuptools refuses two packages beside each other (its
    automatic discovery) and packs what its configuration finds, pdm-backend packs both, meson-python what git exports.
    """
    packages, modules = found.flat()
    tool = found.tool.get(found.backend.partition("-")[0], {})
    table, lines = "", ""
    if found.backend == "setuptools" and not {"packages", "py-modules", "package-dir"} & set(tool):
        if finds := _legacy_finds(found):
            return {}, finds
        if finds is None:
            return {}, ""
        if packages:
            table, lines = "[tool.setuptools.packages.find]", f"include = [{_with_inner(packages)}]"
        elif modules:
            table, lines = "[tool.setuptools]", "py-modules = [" + ", ".join(f'"{each}"' for each in modules) + "]"
    elif found.backend == "setuptools" and "find" in tool.get("packages", {}):
        return _finding(found, tool["packages"]["find"])
    elif found.backend == "meson-python" and not _not_exported(found):
        path = found.root / ".gitattributes"
        return {".gitattributes": _after(read(path) if path.exists() else "", _NOT_EXPORTED)}, ""
    elif found.backend == "pdm-backend" and not {"includes", "excludes"} & set(tool.get("build", {})):
        names = [*packages, *(f"{each}.py" for each in modules)]
        if names:
            table, lines = "[tool.pdm.build]", "includes = [" + ", ".join(f'"{each}"' for each in names) + "]"
    if not table:
        return {}, ""
    text = pyproject_of(found)
    if re.search(rf"^{re.escape(table)}\s*(#.*)?$", text, re.MULTILINE):
        return {}, f"write into {table} of pyproject.toml: {lines}"
    return {"pyproject.toml": _after(text, f"{_NOT_PACKED}\n{table}\n{lines}")}, ""


def _not_exported(found: Layout) -> bool:
    """Return whether `git archive`, which Meson makes its sdist with, leaves release/ out."""
    said = found.git.read("check-attr", "-z", "export-ignore", "--", "release/__init__.py", "release")
    return "set" in said.split("\0")


def _with_inner(packages: Iterable[str]) -> str:
    return ", ".join(f'"{each}", "{each}.*"' for each in packages)


def _legacy_finds(found: Layout) -> str | None:
    """Return what to write where setup.py or setup.cfg finds packages at the top; None where they list them."""
    for name, finds, write in (
        ("setup.cfg", r"^packages\s*=\s*find(_namespace)?:", "[options.packages.find] exclude = release, release.*"),
        ("setup.py", r"\bfind_(namespace_)?packages\(", 'find_packages(exclude=["release", "release.*"])'),
    ):
        path = found.root / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        if re.search(finds, text, re.MULTILINE) and not re.search(r"\bwhere\b|['\"]src['\"]", text):
            return f"{name} finds release/, too; write into it: {write}"
        if "packages" in text or "py_modules" in text:
            return None
    return ""


def _finding(found: Layout, find: Mapping[str, object]) -> tuple[dict[str, str], str]:
    """Return ({file: text}, what a person has to do) where setuptools is told to find packages, and finds release/."""
    where, include, exclude = (find.get(name, []) for name in ("where", "include", "exclude"))
    if not (isinstance(where, list) and isinstance(include, list) and isinstance(exclude, list)):
        return {}, ""
    if not {".", ""} & {*where, *([] if where else ["."])} or any(fnmatchcase("release", each) for each in exclude):
        return {}, ""
    if include:
        fits = any(fnmatchcase("release", each) for each in include)
        advice = 'write into [tool.setuptools.packages.find] of pyproject.toml: exclude = ["release", "release.*"]'
        return {}, advice if fits else ""
    names = found.folders(namespaces=find.get("namespaces") is not False)
    packed = [name for name in names if not any(fnmatchcase(name, each) for each in exclude)]
    line = f"include = [{_with_inner(packed)}]  # release/ is not packed"
    text = pyproject_of(found)
    head = re.search(r"^\[tool\.setuptools\.packages\.find\][^\n]*\n", text, re.MULTILINE)
    if not packed or head is None:
        return {}, f"write into [tool.setuptools.packages.find] of pyproject.toml: {line}"
    return {"pyproject.toml": f"{text[: head.end()]}{line}\n{text[head.end() :]}"}, ""


def entered(ways: Iterable[Entrance]) -> dict[str, str]:
    """Return {file: text} of a noxfile and a tasks.py that know those of the release process."""
    return {way.file: _after(way.text, f"\n{SEPARATOR}\n{way.lines}") for way in ways if not way.refused}


def ignored(found: Layout) -> dict[str, str]:
    """Return {file: text} of a .gitignore that knows what sessions and releases leave behind."""
    names = ("__pycache__/", ".nox/", ".release/", "dist/")
    missing = [name for name in names if found.git.ask("check-ignore", "--quiet", "--no-index", f"{name}x").code == 1]
    path = found.root / ".gitignore"
    text = read(path) if path.exists() else ""
    if not missing:
        return {}
    return {".gitignore": _after(text, "\n".join([SEPARATOR, *missing]))}


def _after(text: str, more: str) -> str:
    """Return `text`, unchanged, with `more` below it."""
    end = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{end}{chr(10) if text else ''}{more}\n"
