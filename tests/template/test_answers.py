"""Answers: which are asked for, and which are refused with which line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.utils import canonicalize_name

from tests.support.arriving import check
from tests.support.choices import PARAMETERS
from tests.support.world import REPOSITORY, Ran, World, render_from
from tests.template.conftest import Render

QUESTIONS = [
    "kind",
    "project_name",
    "package_name",
    "description",
    "author_name",
    "author_email",
    "license",
    "python_min",
    "forge",
    "namespace",
    "docs",
    "pages",
    "index",
    "engine",
]

ENDS = "with a letter or digit at both ends"
PROJECT = f"a project name has ASCII letters, digits and . _ - {ENDS}, for example my-project"
PACKAGE = "a package name has lower-case ASCII letters, digits and _ and starts with a letter, for example my_project"
ONE_LINE = "a description is one line without control characters, for example: A small library for slugs."
LENGTH = "a description has 1 to 500 characters, for example: A small library for slugs."
AUTHOR = "an author is one line without control characters, for example Zoë Ångström"
AUTHOR_LENGTH = "an author has 1 to 200 characters, for example Zoë Ångström"
EMAIL = "an e-mail address has the form name@host.domain in ASCII, for example zoe@example.org"
GITHUB = "an owner on github is needed: one word of ASCII letters, digits and _ . - for example octo-org"
GITLAB = "an owner on gitlab is needed: ASCII letters, digits and _ . - with / between groups, for example team/tools"
INDEX = "an index is pypi or a URL without user, password or spaces, for example https://index.example.org/team"
# TAB, NUL, DEL, NEL, line separator, right-to-left override, isolate, a lone surrogate, a noncharacter
CONTROLS = [f"a{control}b" for control in "\t\x00\n\x7f\x85\u2028\u202e\u2066\ud800\uffff"] + ["a\n"]

BAD = {
    "project_name": {
        PROJECT: ["", "-a", "a-", "a.", "a b", "a/b", "é", 'a"b', "a\n", "{{ a }}", "../a"],
        "a project name has at most 50 characters, this one has 51; for example my-project": ["a" * 51],
        "mypy is a tool that the project itself needs (constraints.txt); for example my-mypy": ["mypy"],
        "Iniconfig is a tool that the project itself needs (constraints.txt); for example my-Iniconfig": ["Iniconfig"],
    },
    "package_name": {
        PACKAGE: ["", "1a", "_a", "A", "a-b", "a.b", "é", "a\n"],
        "a package name has at most 50 characters, this one has 51; for example my_project": ["a" * 51],
        "class is a keyword of Python and cannot be imported; for example my_class": ["class"],
        "json is a module of the standard library and would hide it; for example my_json": ["json"],
        "release is taken by a tool or folder of the project itself; for example my_release": ["release"],
    },
    "description": {ONE_LINE: CONTROLS, LENGTH: ["", "   ", "a" * 501]},
    "author_name": {AUTHOR: CONTROLS, AUTHOR_LENGTH: ["", " ", "a" * 201]},
    "author_email": {
        EMAIL: [
            *("a", "a@b", "@b.co", "a@b@c.de", "a b@c.de", "é@b.co", "a@é.co", "a@-b.co", "a..b@c.de", "A <a@b.co>"),
            *('"a"@b.co', "a@b.co\n", "a@" + "b" * 250 + ".co"),
        ]
    },
    "index": {
        INDEX: [
            *("", "PyPI", "ftp://host/", "host/simple", "https://ada:pw@host/", "https://ada@host/", "https://"),
            *("https://host/a b", "https://host/?a=b", 'https://host/"', "https://host/\n"),
            *("https://a..b/", "https://-a.example/", "https://./", "https://a:0/", "https://a:65536/", "https://[a]/"),
        ]
    },
}
REFUSED = [
    (question, bad, line) for question, lines in BAD.items() for line, answers in lines.items() for bad in answers
]
CHOICES = {name: choices for name, choices in PARAMETERS.items() if name != "index"}
CHOICES |= {"kind": [*CHOICES["kind"], "existing"], "engine": ["repository", "installed", "installed-by-version"]}
GOOD = {
    "project_name": ["a", "9", "Z", "a.b_c-d", "Zope.Interface", "a" * 50, "9" * 50, "true", "1e3"],
    "package_name": ["a", "a" * 50, "a_", "a__1", "jsons", "match_", "true"],
    "description": ["x", "x" * 500, " spaces around ", "null", "~", "- a", "{{ 1 }}", "{% raw %}", "{#"],
    "author_name": ["Zoë Ångström", "李小龍", "محمد", "🦊", 'O\'Neil, "Jr." \\ & Söhne', "x" * 200],
    "author_email": ["a@b.co", "x+y@sub.example.org", "a_b%c-d@x-y.z9.org"],
    "index": ["http://localhost:65535", "https://my_host", "https://[::1]:8443/simple/", "https://h.example/a/~b/%20/"],
} | {question: choices for question, choices in CHOICES.items() if question not in ("forge", "kind", "engine")}
ACCEPTED = [
    *({question: good} for question, answers in GOOD.items() for good in answers),
    *({"forge": "github", "namespace": good} for good in ("a", "octo-org", "_a.b", "0")),
    *({"forge": "gitlab", "namespace": good} for good in ("a", "group/sub-group/x", "_")),
    {"forge": "none", "namespace": ""},
]


def test_there_are_thirteen_questions_and_every_one_has_a_default_but_who_the_owner_is(template: Path) -> None:
    read: dict[str, Any] = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))
    questions = {key: asked for key, asked in read.items() if not key.startswith("_")}

    assert list(questions) == QUESTIONS
    assert [key for key, asked in questions.items() if "default" not in asked] == ["namespace"]
    assert [key for key, asked in questions.items() if not asked.get("help")] == []
    assert {key: [*_values(asked["choices"])] for key, asked in questions.items() if "choices" in asked} == CHOICES


def _values(choices: Any) -> Iterable[str]:
    """Return what choices stand for; a mapping has their labels."""
    return choices.values() if isinstance(choices, dict) else choices


def test_nobody_has_to_trust_the_template(template: Path) -> None:
    """Tasks, migrations and Jinja extensions are what Copier refuses without --trust."""
    read: dict[str, Any] = yaml.safe_load((template / "copier.yml").read_text(encoding="utf-8"))

    assert {"_tasks", "_migrations", "_jinja_extensions", "_secret_questions"} & read.keys() == set()


def copied(template: Path, place: Path, *words: str) -> Ran:
    """Run `copier copy` as its user types it, without a terminal and with every network out of reach."""
    away = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    world = World(place / "acme", place / "acme.git", "", place / "home")
    return world.run("copier", "copy", *words, template, "acme", cwd=place, env=away)


def test_the_command_needs_no_answer_and_says_what_comes_next(template: Path, tmp_path: Path) -> None:
    ran = copied(template, tmp_path, "--defaults", "-d", "project_name=acme")

    assert ran.code == 0, ran.text
    assert ran.text.partition("acme is ready.")[2].split("\n\n")[:3] == [
        " Next:",
        '  cd "acme"\n'
        '  git init --initial-branch=main && git add --all && git commit --message="start"\n'
        '  nox      # no nox yet: python -m pip install --constraint constraints.txt "nox[uv]"',
        "How a release is made: RELEASING.md",
    ]


def test_the_command_ends_with_the_line_that_says_what_is_wrong(template: Path, tmp_path: Path) -> None:
    ran = copied(template, tmp_path, "--defaults", "-d", "project_name=acme!")

    assert ran.code != 0
    assert ran.err.rstrip().splitlines()[-1].endswith(f"Validation error for question 'project_name': {PROJECT}")
    assert not (tmp_path / "acme").exists()


@pytest.mark.parametrize(
    ("folder", "name", "package"),
    [
        ("acme", "acme", "acme"),
        ("Acme Tools!", "Acme-Tools", "acme_tools"),
        ("json", "my-json", "my_json"),
        ("Release", "my-Release", "my_release"),
        ("mypy", "my-mypy", "my_mypy"),
        ("9lives", "9lives", "py9lives"),
        ("ä", "my-project", "my_project"),
        ("a" * 45 + "-b", "a" * 45, "a" * 45),
    ],
)
def test_the_folder_names_the_project(slim: Path, tmp_path: Path, folder: str, name: str, package: str) -> None:
    render_from(slim, tmp_path / folder, {})

    read = yaml.safe_load((tmp_path / folder / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert (read["project_name"], read["package_name"]) == (name, package)


def test_a_project_here_has_the_name_of_this_folder(
    slim: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    render_from(slim, Path(), {})

    read = yaml.safe_load((tmp_path / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert canonicalize_name(read["project_name"]) == canonicalize_name(tmp_path.name.strip("_-."))


def refusal(rendering: Render, **answers: str) -> str:
    """Return the line that answers are refused with."""
    with pytest.raises(ValueError) as caught:
        rendering(**answers)
    return str(caught.value)


@pytest.mark.parametrize(("question", "answer", "line"), REFUSED, ids=lambda value: ascii(value)[:40])
def test_a_bad_answer_is_refused_with_a_line_that_shows_a_good_one(
    rendering: Render, question: str, answer: str, line: str
) -> None:
    assert refusal(rendering, **{question: answer}) == f"Validation error for question '{question}': {line}"


@pytest.mark.parametrize("question", CHOICES)
def test_what_is_no_choice_is_refused(rendering: Render, question: str) -> None:
    told = refusal(rendering, **{question: "other"})

    assert told == f"Invalid choice for '{question}': 'other' is not in {CHOICES[question]}"


@pytest.mark.parametrize("namespace", ["", "a/b", "a b", "é", "https://github.com/a", "a\n", "-a"])
def test_github_needs_one_owner(rendering: Render, namespace: str) -> None:
    told = refusal(rendering, forge="github", namespace=namespace)

    assert told == f"Validation error for question 'namespace': {GITHUB}"


@pytest.mark.parametrize("namespace", ["", "/a", "a/", "a//b", "a b", 'a"b', "a\n"])
def test_gitlab_needs_groups(rendering: Render, namespace: str) -> None:
    told = refusal(rendering, forge="gitlab", namespace=namespace)

    assert told == f"Validation error for question 'namespace': {GITLAB}"


@pytest.mark.parametrize("answers", ACCEPTED, ids=lambda answers: ascii(answers)[:60])
def test_an_odd_but_good_answer_is_accepted(slim: Path, tmp_path: Path, answers: dict[str, str]) -> None:
    render_from(slim, tmp_path / "acme", answers)

    check(tmp_path / "acme", answers)


def test_no_project_has_the_name_of_what_its_constraints_pin() -> None:
    """No session of it could install: the list in template/names is that of template/constraints.txt."""
    rows = (REPOSITORY / "template" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(row.partition("==")[0]) for row in rows if "==" in row and not row.startswith("#")}
    text = (REPOSITORY / "template" / "names" / "taken.txt").read_text(encoding="utf-8")
    listed = re.search(r"set tools = '([^']+)'", text)

    assert listed is not None and set(listed[1].split()) == pinned
