"""Further forgeries, a row each, in two worlds: records that claim an approval, and commits on a frozen line."""

from __future__ import annotations

from collections.abc import Callable

from release.approvals.stage_approvals import approvals
from release.approvals.waivers import waivers
from release.branches.freezes import frozen_since, offenders
from tests.forgeries.forging import EVIL, MALLORY, tag_object
from tests.support.lines import CODE, configured, frozen, here, released
from tests.support.world import World

RULES = """
[[roles]]
name = "qa"
members = ["grace@example.org"]

[[stages]]
name = "feature-complete"
roles = ["qa"]

[[stages]]
name = "production"
roles = ["qa"]
"""
GRACE = ("Grace Hopper", "grace@example.org")
SAYS = "Approve production\n\nStage: production\nRole: qa"
_END = "grace-example.org"

# What is forged: (the ref below refs/keelway/, the name in the object, its commit, its message, who it says made it).
Forged = tuple[str, str, str, str, tuple[str, str]]


def _approval(head: str, stage: str = "production", role: str = "qa", end: str = _END) -> str:
    return f"approvals/{stage}/{role}/{head[:12]}/{end}"


APPROVALS: dict[str, Callable[[str, str], Forged]] = {
    "by who holds no role": lambda at, _: (
        _approval(at, end="mallory-example.org"),
        _approval(at, end="mallory-example.org"),
        at,
        SAYS,
        MALLORY,
    ),
    "under the name of the approver": lambda at, _: (_approval(at), _approval(at), at, SAYS, MALLORY),
    "of another commit": lambda at, old: (_approval(at), _approval(at), old, SAYS, GRACE),
    "of another commit, moved": lambda at, old: (_approval(at), _approval(old), old, SAYS, GRACE),
    "for another stage, moved": lambda at, _: (_approval(at), _approval(at, "candidate"), at, SAYS, GRACE),
    "in another role, moved": lambda at, _: (_approval(at), _approval(at, role="rm"), at, SAYS, GRACE),
    "that says no role": lambda at, _: (_approval(at), _approval(at), at, "Approve production", GRACE),
    "that says its role after a block": lambda at, _: (
        _approval(at),
        _approval(at),
        at,
        "Approve\n\n-----BEGIN X-----\nRole: qa",
        GRACE,
    ),
    "that has ended": lambda at, _: (_approval(at), _approval(at), at, f"{SAYS}\nUntil: 2020-01-01", GRACE),
    "by two addresses": lambda at, _: (
        _approval(at),
        _approval(at),
        at,
        SAYS,
        ("Grace <grace@example.org>", "mallory@example.org"),
    ),
    "by an address that only looks so in a ref": lambda at, _: (
        _approval(at),
        _approval(at),
        at,
        SAYS,
        ("Grace Hopper", "grace+example.org"),
    ),
    "by an address with a space": lambda at, _: (
        _approval(at),
        _approval(at),
        at,
        SAYS,
        ("Grace Hopper", "grace@example.org "),
    ),
    "by a name that is the address": lambda at, _: (
        _approval(at, end="x"),
        _approval(at, end="x"),
        at,
        SAYS,
        ("grace@example.org", ""),
    ),
    "of another project": lambda at, _: (f"in/other/{_approval(at)}", _approval(at), at, SAYS, GRACE),
    "as a request for one": lambda at, _: (f"asked/{_approval(at)}", _approval(at), at, SAYS, GRACE),
}


def test_no_forged_record_approves(repository: World) -> None:
    configured(repository, RULES)
    old = repository.git("rev-parse", "HEAD")
    head = repository.commit("rules")
    repository.git("push", "--quiet", "origin", "main")
    name = _approval(head)
    tag_object(repository, f"refs/keelway/{name}", name, head, SAYS, GRACE)
    [true] = approvals(here(repository, write=False), "production", head)
    assert true.void == ""
    repository.git("update-ref", "-d", f"refs/keelway/{name}", cwd=repository.remote)
    counting = []
    for form, forge in APPROVALS.items():
        ref, name, commit, message, who = forge(head, old)
        tag_object(repository, f"refs/keelway/{ref}", name, commit, message, who)
        counting += [form for each in approvals(here(repository, write=False), "production", head) if not each.void]
        repository.git("update-ref", "-d", f"refs/keelway/{ref}", cwd=repository.remote)

    repository.git("update-ref", f"refs/keelway/{_approval(head)}", head, cwd=repository.remote)  # no object of a tag
    nested = tag_object(repository, "refs/keelway/nested", "nested", head, SAYS, GRACE)
    through = _approval(head, end="graces-example.org")
    text = f"object {nested}\ntype tag\ntag {through}\ntagger {GRACE[0]} <{GRACE[1]}> 1795000000 +0000\n\n{SAYS}\n"
    repository.write("nested", text)
    made = repository.git("hash-object", "-t", "tag", "-w", repository.project / "nested", cwd=repository.remote)
    repository.git("update-ref", f"refs/keelway/{through}", made, cwd=repository.remote)
    counting += ["no tag" for each in approvals(here(repository, write=False), "production", head) if not each.void]
    assert counting == []


def test_no_forged_record_waives(repository: World) -> None:
    """Without an end, for another branch, of a commit that the branch does not have, by a role that is not held."""
    configured(repository, RULES)
    head = repository.commit("rules")
    repository.git("push", "--quiet", "origin", "main")
    aside = repository.git("commit-tree", "-m", "aside", f"{head}^{{tree}}")
    repository.git("push", "--quiet", "origin", f"{aside}:refs/heads/aside")
    until = "2999-12-31"
    says = f"Waive audit\n\nGate: audit\nReason: x\nUntil: {until}\nRole: qa\nBranch: main"
    rows = (
        ("waivers/audit/main//grace-example.org", head, says.replace(f"Until: {until}\n", "")),
        (f"waivers/audit/release-0.2/{until}/grace-example.org", head, says.replace("main", "release/0.2")),
        (f"waivers/audit/main/{until}/grace-example.org", aside, says),
        (f"waivers/audit/main/{until}/grace-example.org", head, says.replace("Role: qa", "Role: rm")),
        (f"waivers/audit/main/{until}/grace-example.org", head, says.replace("Gate: audit", "Gate: secrets")),
        (f"waivers/audit/main/{until}/grace-example.org", head, says.replace("Role: qa\n", "")),
    )
    for name, commit, message in rows:
        ref = name.replace("//", "/x/")
        tag_object(repository, f"refs/keelway/{ref}", ref, commit, message, GRACE)
        assert waivers(here(repository, write=False)) == {}, message
        repository.git("update-ref", "-d", f"refs/keelway/{ref}", cwd=repository.remote)


def _mode(world: World) -> None:
    (world.project / CODE).chmod(0o755)


def _moved_to_docs(world: World) -> None:
    world.git("mv", CODE, "docs/extra.py")


def _link(world: World) -> None:
    (world.project / "src" / "acme" / "linked.md").symlink_to("../../README.md")


def _dependency_beside_the_version(world: World) -> None:
    path = world.project / "pyproject.toml"
    text = path.read_text(encoding="utf-8").replace("0.2.0.dev0", "0.2.0.dev1")
    path.write_text(text.replace("[project]", '[project]\nkeywords = ["evil"]', 1), encoding="utf-8")


def _attributes(world: World) -> None:
    world.write(".gitattributes", "* filter=evil\n")


def _fragment_that_is_none(world: World) -> None:
    path = world.project / CODE
    path.write_text(path.read_text(encoding="utf-8").replace("ONE = 1", "ONE = 11"), encoding="utf-8")
    world.write("changelog.d/1.fixes.md", "No type that there is.\n")


def _fragment_elsewhere(world: World) -> None:
    path = world.project / CODE
    path.write_text(path.read_text(encoding="utf-8").replace("ONE = 1", "ONE = 11"), encoding="utf-8")
    world.write("docs/changelog.d/1.fix.md", "Not where fragments are.\n")


def _rules(world: World) -> None:
    path = world.project / "release.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[freeze]\nfree = ["src"]\n', encoding="utf-8")


def _swapped_merge(world: World) -> None:
    """A merge whose first parent is the evil side is pushed without force, and hides the freeze below its second."""
    frozen_at = world.git("rev-parse", "HEAD")
    world.git("switch", "--quiet", "--detach", "HEAD^")
    world.commit("evil", **EVIL)
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge release/0.2", frozen_at)
    world.git("branch", "--quiet", "--force", "release/0.2", "HEAD")
    world.git("switch", "--quiet", "release/0.2")


def _swapped_merge_with_a_freeze_of_its_own(world: World) -> None:
    frozen_at = world.git("rev-parse", "HEAD")
    world.git("switch", "--quiet", "--detach", "HEAD^")
    world.commit("evil", **EVIL)
    world.commit("Freeze release/0.2\n\nFrozen: 0.2")
    world.git("merge", "--quiet", "--no-ff", "--message", "Merge release/0.2", frozen_at)
    world.git("branch", "--quiet", "--force", "release/0.2", "HEAD")
    world.git("switch", "--quiet", "release/0.2")


def _octopus(world: World) -> None:
    head = world.git("rev-parse", "HEAD")
    evil = world.commit("evil", **EVIL)
    parents = ("-p", head, "-p", evil, "-p", "v0.1.0^{commit}")
    made = world.git("commit-tree", *parents, "-m", "Merge", f"{evil}^{{tree}}")
    world.git("reset", "--quiet", "--hard", made)


def _replaced(world: World) -> None:
    """refs/replace shows a harmless commit in the place of the evil one, where a clone fetches all refs."""
    head, evil = world.git("rev-parse", "HEAD"), world.commit("evil", **EVIL)
    world.git("replace", evil, world.git("commit-tree", "-p", head, "-m", "docs", f"{head}^{{tree}}"))


_FUNCTION = "def {}():\n    x = 1\n    y = 2\n    z = 3\n    return False\n    # a\n    # b\n    # c\n\n\n"
_TWO = f"{_FUNCTION.format('a')}P = 1\n\n\n{_FUNCTION.format('b')}"


def _with(text: str, found: int, new: str) -> str:
    return text[:found] + new + text[found + len("return False") :]


def _twin_at_another_place(world: World) -> None:
    """The lines of an exception, in the other of two functions that read the same around them."""
    world.commit("Two", **{"src/acme/two.py": _TWO, "changelog.d/5.fix.md": "Two.\n"})
    world.git("switch", "--quiet", "--create", "side")
    granted = world.commit("True", **{"src/acme/two.py": _with(_TWO, _TWO.index("return False"), "return True")})
    name = f"exceptions/0.2/{granted[:12]}/grace-example.org"
    says = "Let it in\n\nReason: x\nRole: qa"
    world.git("push", "--quiet", "origin", "side")
    tag_object(world, f"refs/keelway/{name}", name, granted, says, GRACE)
    world.git("switch", "--quiet", "release/0.2")
    world.commit("True", **{"src/acme/two.py": _with(_TWO, _TWO.rindex("return False"), "return True")})


def _revert_at_another_place(world: World) -> None:
    second = _with(_TWO, _TWO.rindex("return False"), "return True")
    world.commit("Two", **{"src/acme/two.py": second, "changelog.d/5.fix.md": "Two.\n"})
    both = _with(second, second.index("return False"), "return True")
    evil = world.commit("True", **{"src/acme/two.py": both})
    first = _with(_TWO, _TWO.index("return False"), "return True")
    world.commit(f"Revert\n\nThis reverts commit {evil}.", **{"src/acme/two.py": first})


def _fragment_that_is_a_link(world: World) -> None:
    path = world.project / CODE
    path.write_text(path.read_text(encoding="utf-8").replace("ONE = 1", "ONE = 11"), encoding="utf-8")
    (world.project / "changelog.d").mkdir(exist_ok=True)
    (world.project / "changelog.d" / "1.fix.md").symlink_to("../README.md")


def _mode_of_a_new_file(world: World) -> None:
    world.write("src/acme/run", "x\n")
    (world.project / "src" / "acme" / "run").chmod(0o755)


def _lfs_server(world: World) -> None:
    world.write(".lfsconfig", "[lfs]\n\turl = http://127.0.0.1:9/\n")


def _free_folder_below_the_package(world: World) -> None:
    world.write("src/acme/tests/evil.py", "import os\n")


def _free_folder_in_capitals(world: World) -> None:
    world.write("Docs/evil.py", "import os\n")


def _newline_before_md(world: World) -> None:
    world.write("src/acme/evil.py\n.md", "import os\n")


ON_THE_LINE: tuple[Callable[[World], None], ...] = (
    _mode,
    _moved_to_docs,
    _link,
    _dependency_beside_the_version,
    _attributes,
    _fragment_that_is_none,
    _fragment_elsewhere,
    _rules,
    _swapped_merge,
    _swapped_merge_with_a_freeze_of_its_own,
    _octopus,
    _replaced,
    _twin_at_another_place,
    _revert_at_another_place,
    _fragment_that_is_a_link,
    _mode_of_a_new_file,
    _lfs_server,
    _free_folder_below_the_package,
    _free_folder_in_capitals,
    _newline_before_md,
)


def test_no_disguised_change_enters_a_frozen_line(repository: World) -> None:
    configured(repository, RULES)
    released(repository)
    start = frozen(repository)
    entered = []
    for form in ON_THE_LINE:
        form(repository)
        if repository.git("status", "--porcelain"):
            repository.commit("Improve the documentation")
        ctx = here(repository, write=False)
        assert frozen_since(ctx, "0.2", "HEAD") == start
        entered += [] if offenders(ctx, "0.2", start, "HEAD") else [form.__name__]
        repository.git("reset", "--quiet", "--hard", start)
    assert entered == []
