"""The form of a changelog written by hand, and the configuration with which towncrier writes the next section so."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass

from release.base.changelog import Section, headings, sections, version_in, version_span
from release.base.written_dates import date_span

MARKS = {True: "<!-- towncrier release notes start -->", False: ".. towncrier release notes start"}
TEMPLATE = "changelog.d/template"  # with .md or .rst behind it
_UNRELEASED = re.compile(
    r"unreleased|not (yet )?released|in (development|progress)|\b(tb[da]|dev|next)\b", re.IGNORECASE
)
_YANKED = re.compile(r"\s*[\[(]yanked[\])]", re.IGNORECASE)
_LINKED = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_USUAL = {"version", "release", "released", "on", "v", "at"}
_VERSION, _DATE = "\1", "\2"  # stand for what becomes {version} and {project_date}
_BELOW = "~^\"'+"  # for the titles below those of the sections, where the text shows none


@dataclass(frozen=True)
class ChangelogForm:
    """How sections are headed: the title with {version} and {project_date}, and the heading's mark (##, - or ==).

    `at` is where the newest released section begins, `doubts` is what a person has to look at.
    """

    title: str
    mark: str
    at: int
    markdown: bool
    below: str = "~"
    doubts: tuple[str, ...] = ()

    @property
    def atx(self) -> bool:
        """Whether the headings are made of #."""
        return self.mark[0] == "#" and self.markdown

    def by_template(self, file: str) -> bool:
        """Return whether towncrier's own template cannot write this form into a file of that name."""
        return not self.atx if file.lower().endswith(".md") else self.markdown or len(self.mark) > 1


def form_of(text: str, name: str, *, markdown: bool) -> ChangelogForm:
    """Return the form of a changelog of the project `name`; the usual one where it has no section yet."""
    found = sections(text)
    if not found:
        taken = {each.mark for each in headings(text)}
        mark = "##" if markdown else next(each for each in ("=", "-", "~") if each not in taken)
        return ChangelogForm("{version} ({project_date})", mark, len(text), markdown)
    released = [each for each in found if not _UNRELEASED.search(each.heading.title)] or found
    mark = released[0].heading.mark
    doubts = [_open(each) for each in found if each not in released]
    title, doubt = _title(released, name)
    doubts += [doubt] if doubt else []
    if released[0].version < released[-1].version:
        doubts.append("its newest section is the last one; towncrier writes each new one above the first")
    markdown = bool(re.fullmatch("#+", mark) and _is_atx(text, released[0])) or (markdown and mark in ("=", "-"))
    return ChangelogForm(title, mark, released[0].start, markdown, _below(text, found), tuple(doubts))


def _is_atx(text: str, section: Section) -> bool:
    return text[section.heading.start : section.heading.end].lstrip().startswith("#")


def _open(section: Section) -> str:
    return f'"{section.heading.title}" is a section that waits for its release: move its lines into changelog.d'


def _title(released: list[Section], name: str) -> tuple[str, str]:
    """Return the title of the sections with placeholders, and what is doubtful about it."""
    patterns = [_pattern(each.heading.title) for each in released[:6]]
    newest = patterns[0]
    common, count = Counter(patterns).most_common(1)[0]
    words = {word.lower() for word in re.findall(r"\w+", re.sub(r"https?://\S+", "", newest).replace("\1", " "))}
    usual = words <= _USUAL | {each.lower() for each in re.split(r"\W+", name)} | {name.lower()}
    if patterns.count(newest) > 1 or usual:
        return _as_format(newest), ""
    if count > 1:
        return _as_format(common), ""
    plain = "{version} ({project_date})" if _DATE in newest else "{version}"
    return plain, f'the heading "{released[0].heading.title}" has words of its own; the next one is {plain}'


def _pattern(title: str) -> str:
    """Return a title with marks for its version, its date and the version in its link."""
    title = _YANKED.sub("", title)
    linked = _LINKED.search(title)
    if linked and version_in(linked[1]) is not None:
        title = f"{title[: linked.start()]}[{linked[1]}]{_link(linked[2], linked[1])}{title[linked.end() :]}"
    span = version_span(title)
    if span is None:
        return title
    version = title[span[0] : span[1]]
    title = f"{title[: span[0]]}{_VERSION}{title[span[1] :]}".replace(f"{version})", f"{_VERSION})")
    day = date_span(title)
    return f"{title[: day[0]]}{_DATE}{title[day[1] :]}" if day else title


def _link(address: str, label: str) -> str:
    """Return the address of a version's link for any version, in parentheses; empty where it cannot be told.

    A comparison with the version before it becomes the page of the tag, on the forges that have one.
    """
    span = version_span(label)
    version = label[span[0] : span[1]] if span else label
    home, compared, versions = address.partition("/compare/")
    if compared and "..." in versions:
        tag = versions.rpartition("...")[2].replace(version, _VERSION)
        return f"({home}/releases/tag/{tag})" if "/-" not in home else f"({home}/tags/{tag})"
    return f"({address.replace(version, _VERSION)})" if version in address else ""


def _as_format(pattern: str) -> str:
    escaped = pattern.replace("{", "{{").replace("}", "}}")
    return escaped.replace(_VERSION, "{version}").replace(_DATE, "{project_date}")


def _below(text: str, found: list[Section]) -> str:
    """Return the character under the titles inside of the sections; one that the text does not use for others."""
    marks = [each.mark for each in headings(text)]
    top = found[0].heading.mark
    inside = [mark for mark in marks[marks.index(top) :] if mark != top and marks.index(mark) > marks.index(top)]
    free = (each for each in _BELOW if each not in marks)
    return inside[0][0] if inside else next(free, "~")


def towncrier_rows(form: ChangelogForm, file: str) -> list[str]:
    """Return the rows of towncrier's configuration that make this form."""
    rows = [f"start_string = {json.dumps(MARKS[form.markdown] + chr(10))}"]
    if form.by_template(file):
        return [*rows, f'template = "{template_file(form)}"']
    title = f"{form.mark} {form.title}" if form.atx else form.title
    second = next(each for each in _BELOW if each != form.below)
    under = ["", "", ""] if form.atx else [form.mark[0], form.below, second]
    return [*rows, f"title_format = {json.dumps(title, ensure_ascii=False)}", f"underlines = {json.dumps(under)}"]


def template_file(form: ChangelogForm) -> str:
    """Return the file of the template, where one is needed."""
    return f"{TEMPLATE}.{'md' if form.markdown else 'rst'}"


def template_text(form: ChangelogForm) -> str:
    """Return a template for towncrier (Jinja, with trim_blocks) that heads a section in this form."""
    title = form.title.replace("{version}", "\1").replace("{project_date}", "\2").replace("{{", "{").replace("}}", "}")
    title = title.replace("\1", "{{ versiondata.version }}").replace("\2", "{{ versiondata.date }}")
    line = f'{{{{ "{form.mark[0]}" * title|length }}}}'
    lined = [*([line] if len(form.mark) > 1 else []), "{{ title }}", line]
    rows = [f"{{% set title %}}{title}{{% endset %}}"]
    rows += [f"{form.mark} {{{{ title }}}}"] if form.atx else lined
    name = "{{ definition.name }}"
    level = len(form.mark) + 1 if form.atx else {"=": 2}.get(form.mark, 3)
    below = f'{name}\n{{{{ "{form.below}" * definition.name|length }}}}'
    category = f"{'#' * level} {name}" if form.markdown else below
    return "\n".join(rows) + _BODY.replace("CATEGORY", category)


_BODY = """

{% for section, categories in sections.items() %}
{% for category, definition in definitions.items() if category in categories %}
CATEGORY

{% for text, values in categories[category].items() %}
{% set issues = values|join(', ') %}
- {% if text %}{{ text }}{% if values %} ({{ issues }}){% endif %}{% else %}{{ issues }}{% endif %}


{% endfor %}

{% endfor %}
{% endfor %}
"""
