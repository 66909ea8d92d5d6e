"""Signed approvals that are nearly the approver's: raw objects, a row each, in one world."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from release.approvals.stage_approvals import approvals
from release.base.errors import ReleaseError
from release.gates.approvals_and_branches import APPROVED
from release.pipeline import take
from tests.forgeries.forging import MALLORY
from tests.support.lines import configured, here
from tests.support.world import World

ADA, GRACE = ("Ada Lovelace", "ada@example.org"), ("Grace Hopper", "grace@example.org")
SAYS = "Approve production\n\nStage: production\nRole: qa"
RULES = """
[[roles]]
name = "qa"
members = ["grace@example.org", "ada@example.org"]

[[stages]]
name = "production"
signed = true
"""
END = "grace-example.org"


def key(world: World, name: str) -> Path:
    world.environment()  # makes the home
    path = world.home / name
    assert world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path).code == 0
    return path


def public(path: Path) -> str:
    return path.with_suffix(".pub").read_text(encoding="utf-8").strip()


def signed(world: World, by: Path, text: str, namespace: str = "git") -> str:
    path = world.home / "payload"
    path.write_text(text, encoding="utf-8")
    Path(f"{path}.sig").unlink(missing_ok=True)
    assert world.run("ssh-keygen", "-Y", "sign", "-n", namespace, "-f", by, path).code == 0
    return text + Path(f"{path}.sig").read_text(encoding="utf-8")


def named(head: str, end: str = END) -> str:
    return f"approvals/production/qa/{head[:12]}/{end}"


def body(name: str, of: str, who: tuple[str, str] = GRACE, says: str = SAYS, at: str = "1795000000 +0000") -> str:
    return f"object {of}\ntype commit\ntag {name}\ntagger {who[0]} <{who[1]}> {at}\n\n{says}\n"


def put(world: World, name: str, text: str) -> Path:
    """Point a ref of the remote at an object, whatever git thinks of both, and return the file of the ref."""
    path = world.home / "object"
    path.write_text(text, encoding="utf-8")
    made = world.git("hash-object", "-t", "tag", "-w", "--literally", path, cwd=world.remote)
    ref = world.remote / "refs" / "keelway" / name
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(f"{made}\n", encoding="utf-8")
    return ref


def start(world: World, rows: str, rules: str = RULES) -> str:
    world.write("signers", rows)
    config = world.project / "release.toml"
    config.write_text(f'signers = "signers"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
    configured(world, rules)
    world.note("feature", "New")
    head = world.commit("rules")
    world.git("push", "--quiet", "origin", "main")
    return head


def test_only_what_the_approver_signed_counts(repository: World) -> None:
    graces, mallorys, files = (key(repository, each) for each in ("graces", "mallorys", "files"))
    rows = (
        f"grace@example.org {public(graces)}",
        f"mallory@example.org {public(mallorys)}",
        f'grace@example.org namespaces="file" {public(files)}',
        f'ada@example.org valid-after="29990101" {public(graces)}',
    )
    head = start(repository, "".join(f"{row}\n" for row in rows))
    old, name = repository.git("rev-parse", f"{head}^"), named(head)
    true = signed(repository, graces, body(name, head))
    block = true.removeprefix(body(name, head))
    other = body(named(old), old)

    def by_grace(text: str) -> Callable[[], str]:
        return lambda: signed(repository, graces, text)

    forms: dict[str, Callable[[], str]] = {
        "a signature of a file": lambda: signed(repository, graces, body(name, head), "file"),
        "a key that signs files": lambda: signed(repository, files, body(name, head)),
        "a listed key of another person": lambda: signed(repository, mallorys, body(name, head)),
        "two signatures": lambda: signed(repository, mallorys, body(name, head)) + block,
        "two signatures, hers first": lambda: (
            true + signed(repository, mallorys, body(name, head))[len(body(name, head)) :]
        ),
        "her signature of another approval": lambda: body(name, head) + signed(repository, graces, other)[len(other) :],
        "a signature in a header": lambda: body(name, head).replace(
            "\n\n", "\ngpgsig -----BEGIN SSH SIGNATURE-----\n\n", 1
        ),
        "a signature of another format": lambda: f"{body(name, head)}-----BEGIN SIGNED MESSAGE-----\nx\n",
        "her address in the name of another": lambda: signed(
            repository, mallorys, body(name, head, (f"{GRACE[0]} <{GRACE[1]}>", MALLORY[1]))
        ),
        "a key that is valid later": by_grace(body(named(head, "ada-example.org"), head, ADA)),
        "a file instead of a commit": by_grace(body(name, repository.git("rev-parse", "HEAD:README.md"))),
        "two commits": by_grace(body(name, head).replace(f"object {head}", f"object {old}\nobject {head}")),
        "no tagger": by_grace(re.sub("tagger .*\n", "", body(name, head))),
        "no date": by_grace(body(name, head, at="")),
        "a date beyond all calendars": by_grace(body(name, head, at="99999999999999999999 +0000")),
        "two ends": by_grace(body(name, head, says=f"{SAYS}\nUntil: 2020-01-01\nUntil: 2999-12-31")),
        "an end that is no day": by_grace(body(name, head, says=f"{SAYS}\nUntil: never")),
        "two roles": by_grace(body(name, head, says="Approve\n\nRole: rm\nRole: qa")),
        "line ends of Windows": by_grace(body(name, head).replace("\n", "\r\n")),
        "nothing": lambda: "\n",
    }
    put(repository, name, true).unlink()
    counting = []
    for form, forge in forms.items():
        at = named(head, "ada-example.org") if form == "a key that is valid later" else name
        ref = put(repository, at, forge())
        found = approvals(here(repository, write=False), "production", head)
        counting += [] if len(found) == 1 and found[0].void else [(form, found)]
        ref.unlink()
    assert counting == []
    put(repository, name, true)
    assert [each.void for each in approvals(here(repository, write=False), "production", head)] == [""]


def test_a_record_that_the_remote_cannot_serve_stops_no_reader_of_others(
    repository: World, capsys: pytest.CaptureFixture[str]
) -> None:
    head = start(repository, "", RULES.replace("signed = true", "people = 1"))
    put(repository, named(head), body(named(head), head))
    broken = [
        put(repository, named(head, "missing-example.org"), ""),
        put(repository, named(head, "bad-example.org"), "x"),
    ]
    broken[0].write_text(f"{'1' * 40}\n", encoding="utf-8")

    found = approvals(here(repository), "production", head)

    assert [each.void for each in found] == ["its object is not a readable git tag"] * 2 + [""]
    said = capsys.readouterr().out
    for ref in broken:
        name = ref.relative_to(repository.remote)
        assert f"{name} does not count: its object is missing or malformed on the remote" in said
        repository.git("push", "--quiet", "origin", f":{name}")  # as it says
    assert len(approvals(here(repository), "production", head)) == 1

    withdrawn = named(head).replace("approvals/", "withdrawals/")
    put(repository, withdrawn, "")
    (repository.remote / "refs" / "keelway" / withdrawn).write_text(f"{'1' * 40}\n", encoding="utf-8")
    with pytest.raises(ReleaseError) as refused:
        approvals(here(repository), "production", head)
    assert refused.value.what == f"cannot read the record refs/keelway/{withdrawn}"
    assert refused.value.run == f"git push origin :refs/keelway/{withdrawn}      (deletes it)"
    repository.git(*refused.value.run.partition("  ")[0].split()[1:])
    assert [each.void for each in approvals(here(repository), "production", head)] == [""]


def test_one_key_of_two_addresses_is_one_person(repository: World) -> None:
    shared, own = key(repository, "shared"), key(repository, "own")
    rows = f"grace@example.org,ada@example.org {public(shared)}\nada@example.org {public(own)}\n"
    head = start(repository, rows, RULES.replace("signed = true", "signed = true\npeople = 2"))

    def asked(adas: Path) -> str:
        for who, end, by in ((GRACE, END, shared), (ADA, "ada-example.org", adas)):
            put(repository, named(head, end), signed(repository, by, body(named(head, end), head, who)))
        verdict = APPROVED.ask(take(here(repository, write=False), "minor"))
        return "" if verdict.met else verdict.fact

    assert f"1 of 2 people have approved {head[:7]}" in asked(shared)
    assert asked(own) == ""
