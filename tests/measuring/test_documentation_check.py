"""The documentation beside the wheel: a wrong example, an undocumented function and a dead link are each seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from release.artifacts.entry_point import pack
from release.artifacts.install_check import Unfit
from release.base.errors import ReleaseError
from release.commands.measuring.documentation_check import check_documentation
from release.gates.measured_project import DOCUMENTED, of_documentation
from release.measuring.examples import installed, run_examples
from release.measuring.links import check_links
from tests.support.world import World


@contextmanager
def site(answers: dict[str, int]) -> Iterator[str]:
    """Serve nothing but a status by path; others are 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answers.get(self.path, 404))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_wrong_example_is_found_in_a_page_and_in_a_docstring(repository: World, tmp_path: Path) -> None:
    """Each is executed against the wheel in an environment of its own, not against the sources."""
    ctx = repository.context()
    slug = repository.project / "src/acme/slug.py"
    right = slug.read_text(encoding="utf-8")
    wheel = pack(ctx, tmp_path / "right")
    readme = repository.project / "README.md"
    usual = readme.read_text(encoding="utf-8")
    with installed(ctx, wheel) as fresh:
        assert "passed" in run_examples(fresh, wheel)

        readme.write_text(f"{usual}\n```python\n>>> slugify(\"A b\")\n'a_b'\n```\n", encoding="utf-8")
        with pytest.raises(Unfit, match="an example is wrong") as page:
            run_examples(fresh, wheel)
    assert "README.md" in page.value.log

    readme.write_text(usual, encoding="utf-8")
    ending = "counts as one gap between words.\n"
    assert ending in right
    slug.write_text(right.replace(ending, f"{ending}\n    >>> slugify('A b')\n    'wrong'\n"), encoding="utf-8")
    wheel = pack(ctx, tmp_path / "wrong")
    with installed(ctx, wheel) as fresh, pytest.raises(Unfit) as docstring:
        run_examples(fresh, wheel)
    assert "slug.py" in docstring.value.log
    assert "Expected:\n    'wrong'" in docstring.value.log


def test_an_undocumented_public_function_is_found_by_session_and_gate(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a rule the session expects all to be documented, and the gate is not asked."""
    slug = repository.project / "src/acme/slug.py"
    slug.write_text(f"{slug.read_text(encoding='utf-8')}\n\ndef bare() -> None:\n    pass\n", encoding="utf-8")
    repository.write("README.md", "# acme\n")
    repository.write("docs/index.md", "# acme\n\n[there](../README.md) [gone](gone.md)\n")
    assert of_documentation(repository.context()) == ()

    with pytest.raises(ReleaseError, match="the documentation is wrong: docstrings, links"):
        check_documentation(repository.context())
    shown = capsys.readouterr().out
    assert "75.0 % of 4 public objects have a docstring" in shown
    assert "acme.slug.bare" in shown
    assert "there are no examples" in shown
    assert "docs/index.md: gone.md: there is no such file" in shown

    text = (repository.project / "release.toml").read_text(encoding="utf-8")
    repository.write("release.toml", f"{text}\n[documentation]\nminimum = 70\n")
    assert of_documentation(repository.context()) == (DOCUMENTED,)
    assert DOCUMENTED.ask(repository.context()).met is True
    repository.write("release.toml", f"{text}\n[documentation]\nminimum = 80\n")
    verdict = DOCUMENTED.ask(repository.context())
    assert verdict.met is False
    assert "release.toml asks for 80 %\nacme.slug.bare" in verdict.fact


def test_a_coverage_may_not_fall_below_that_of_the_last_release(tagged: World) -> None:
    slug = tagged.project / "src/acme/slug.py"
    text = slug.read_text(encoding="utf-8")
    toml = tagged.project / "release.toml"
    before = toml.read_text(encoding="utf-8")
    try:
        toml.write_text(f"{before}\n[documentation]\nkeep = true\n", encoding="utf-8")
        assert DOCUMENTED.ask(tagged.context()).met is True
        slug.write_text(f"{text}\n\nclass Bare:\n    pass\n", encoding="utf-8")
        verdict = DOCUMENTED.ask(tagged.context())
    finally:
        slug.write_text(text, encoding="utf-8")
        toml.write_text(before, encoding="utf-8")

    assert verdict.met is False
    assert "0.1.0 had 100.0 %\nacme.slug.Bare" in verdict.fact


def test_a_dead_link_is_told_from_an_address_that_cannot_be_asked(tmp_path: Path) -> None:
    """404 and 410 are dead; a server that is busy or gone is unknown."""
    with site({"/there": 200, "/gone": 410, "/busy": 503}) as address:
        (tmp_path / "README.md").write_text(
            f"[a]({address}/there) [b]({address}/gone) [c]({address}/busy) [d](http://127.0.0.1:9/) [e](#here)\n"
            f"![f](picture.png) [g](README.md) `[h](code.md)` [i](mailto:ada@example.org) [j]({address}/gone)\n"
        )
        count, bad = check_links(tmp_path, [tmp_path / "README.md"])

    assert count == 9
    assert [(each.target.removeprefix(address), each.known) for each in bad] == [
        ("/gone", True),
        ("/busy", False),
        ("http://127.0.0.1:9/", False),
        ("picture.png", True),
        ("/gone", True),
    ]
