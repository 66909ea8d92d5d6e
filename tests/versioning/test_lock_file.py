"""Locks state the project's own version: it is written there, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from release.versioning.lock_file import write_locks

PACKAGE = '[[package]]\nname = "{}"\nversion = "{}"\nsource = {{ {} }}\n\n'
OTHER = PACKAGE.format("other", "1.2.0", 'registry = "x"')
MEMBER = PACKAGE.format("member", "1.2.0", 'editable = "packages/member"')


def test_the_project_in_uv_lock_has_the_new_version(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_text(OTHER + MEMBER + PACKAGE.format("acme-one", "1.2.0", 'editable = "."'))

    write_locks(tmp_path, "Acme.One", "1.3.0")

    assert lock.read_text() == OTHER + MEMBER + PACKAGE.format("acme-one", "1.3.0", 'editable = "."')


def test_a_member_is_written_into_the_lock_of_its_workspace(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    lock.write_bytes((OTHER + MEMBER).replace("\n", "\r\n").encode())
    (tmp_path / "packages/member").mkdir(parents=True)

    write_locks(tmp_path / "packages/member", "member", "2.0")

    assert lock.read_bytes().decode() == (OTHER + MEMBER.replace("1.2.0", "2.0")).replace("\n", "\r\n")


def test_the_crate_in_cargo_lock_has_the_version_of_cargo_toml(tmp_path: Path) -> None:
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "acme"\nversion = "1.3.0"\n')
    crates = '[[package]]\nname = "acme"\nversion = "{}"\n\n[[package]]\nname = "b"\nversion = "1.2.0"\nsource = "r"\n'
    (tmp_path / "Cargo.lock").write_text(crates.format("1.2.0"))

    write_locks(tmp_path, "acme", "1.3.0")

    assert (tmp_path / "Cargo.lock").read_text() == crates.format("1.3.0")


def test_a_project_without_a_lock_is_left_alone(tmp_path: Path) -> None:
    write_locks(tmp_path, "acme", "1.3.0")

    assert list(tmp_path.iterdir()) == []
