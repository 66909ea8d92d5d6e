"""What gates found is remembered while nothing that they read changes; red never is, nor a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.context import Context
from release.context_loader import load_context
from release.engine.gate import Gate, Reads, Verdict
from release.engine.run_gates import Inquiry
from tests.support.making import releasing, writing
from tests.support.world import World


def counting(name: str, reads: Reads, met: bool = True) -> tuple[Gate, list[str]]:
    """Return a gate and the list that grows each time it is asked."""
    times: list[str] = []

    def body(ctx: Context) -> Verdict:
        times.append(name)
        return Verdict(met, f"asked {len(times)} times", "mend it")

    return Gate(name, body, reads=reads), times


def test_green_is_remembered_while_nothing_that_was_read_changes(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)))

    first = Inquiry(writing(repository), [lint]).run()[0]
    second = Inquiry(writing(repository), [lint]).run()[0]

    assert times == ["lint"]
    assert (first.remembered, second.remembered) == (False, True)
    assert first.verdict.fact == second.verdict.fact == "asked 1 times"


def test_red_is_never_remembered(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)), met=False)

    for _ in range(2):
        assert Inquiry(writing(repository), [lint]).run()[0].blocks

    assert times == ["lint", "lint"]


def test_fresh_asks_again(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)))

    Inquiry(writing(repository), [lint]).run()
    Inquiry(writing(repository, fresh=True), [lint]).run()

    assert times == ["lint", "lint"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("src/acme/__init__.py", ["code", "all"]),
        ("docs/index.md", ["docs", "all"]),
        ("src/acme/new.py", ["code", "all"]),
        ("changelog.d/+x.fix.md", ["all"]),
    ],
)
@pytest.mark.parametrize("committed", [True, False])
def test_a_changed_line_voids_exactly_the_gates_that_read_it(
    repository: World, path: str, asked: list[str], committed: bool
) -> None:
    gates = {
        name: counting(name, reads)
        for name, reads in [("code", Reads(("src", "tests"))), ("docs", Reads(("docs",))), ("all", Reads())]
    }
    inquire = [gate for gate, _ in gates.values()]
    Inquiry(writing(repository), inquire).run()

    place = repository.project / path
    text = place.read_text() if place.exists() else ""
    repository.write(path, text + "\n# one more line\n")
    if committed:
        repository.commit()
    answers = Inquiry(writing(repository), inquire).run()

    assert [answer.gate.name for answer in answers if not answer.remembered] == asked


def test_a_changed_setting_voids_the_gates_that_read_it(repository: World) -> None:
    gates = [counting("smoke", Reads((), keys=("smoke",)))[0], counting("growth", Reads((), keys=("growth",)))[0]]
    Inquiry(writing(repository), gates).run()
    path = repository.project / "release.toml"
    path.write_text('smoke = ["true"]\n' + path.read_text())

    answers = Inquiry(writing(repository), gates).run()

    assert [answer.remembered for answer in answers] == [False, True]


def test_another_version_in_hand_voids_what_read_it(repository: World) -> None:
    released, times = counting("released", Reads((), version=True))
    Inquiry(writing(repository), [released]).run()

    Inquiry(
        load_context(repository.project, repository.environment()).taking(releasing(repository, "0.2.0").release),
        [released],
    ).run()

    assert len(times) == 2


def test_a_memory_that_cannot_be_read_is_empty(repository: World) -> None:
    lint, times = counting("lint", Reads(("src",)))
    Inquiry(writing(repository), [lint]).run()
    (repository.project / ".release" / "gates.json").write_text("{ half")

    assert Inquiry(writing(repository), [lint]).run()[0].remembered is False
    assert len(times) == 2


def test_what_may_not_write_remembers_nothing(repository: World) -> None:
    lint, _ = counting("lint", Reads(("src",)))

    Inquiry(releasing(repository), [lint]).run()

    assert not (repository.project / ".release").exists()


def test_a_rename_and_a_deletion_are_changes(repository: World) -> None:
    code, _ = counting("code", Reads(("src",)))
    Inquiry(writing(repository), [code]).run()

    (repository.project / "src" / "acme" / "__init__.py").unlink()

    assert not Inquiry(writing(repository), [code]).run()[0].remembered


def test_no_trace_of_a_secret_is_kept(repository: World, tmp_path: Path) -> None:
    told = f"https://ada:{repository.environment()['TWINE_PASSWORD']}@host is green"
    Inquiry(writing(repository), [Gate("leaky", lambda ctx: Verdict(True, told), reads=Reads(()))]).run()

    assert "is green" in (repository.project / ".release" / "gates.json").read_text()
    assert (
        repository.environment()["TWINE_PASSWORD"] not in (repository.project / ".release" / "gates.json").read_text()
    )
