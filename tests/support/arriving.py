"""What answers have become in a rendered project, read back by the parsers of its files."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import yaml
from markdown_it import MarkdownIt


def check(project: Path, answers: dict[str, str]) -> None:
    """Parse all that was rendered; what the answers were must be what is read."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(project.rglob("*")) if path.is_file()}
    for path, text in texts.items():
        if path.suffix == ".py":
            ast.parse(text, path.name)
        elif path.suffix == ".toml":
            tomllib.loads(text)
        elif path.suffix == ".yml":
            yaml.safe_load(text)
        assert text == "" or text.endswith("\n"), path
    kept = yaml.safe_load(texts[project / ".copier-answers.yml"])
    assert {key: kept.get(key, "") for key in answers} == answers
    told = tomllib.loads(texts[project / "pyproject.toml"])["project"]
    assert told["name"] == kept["project_name"]
    assert told["description"] == kept["description"]
    email = {"email": kept["author_email"]} if kept["author_email"] else {}
    assert told["authors"] == [{"name": kept["author_name"]} | email]
    if kept["license"] in ("MIT", "BSD-3-Clause"):
        assert f"Copyright (c) {kept['author_name']}\n" in texts[project / "LICENSE"]
    assert shown(texts[project / "README.md"]) == re.sub(r"\s+", " ", kept["description"]).strip()


def shown(readme: str) -> str:
    """Return the paragraph below the title as a reader of the page sees it."""
    heading, paragraph, following = (token for token in MarkdownIt().parse(readme)[1:8:3])
    assert (heading.type, paragraph.type, following.type) == ("inline", "inline", "inline")
    assert following.content == "Install"
    children = paragraph.children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    return re.sub(r"\s+", " ", "".join(child.content for child in children)).strip()
