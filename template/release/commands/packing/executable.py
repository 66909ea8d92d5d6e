"""An executable: the project and a Python in one file, for one system, built by PyInstaller and run once."""

from __future__ import annotations

import platform
import shutil
import sys
from pathlib import Path

from release.artifacts.distribution_files import metadata_of, packages, read_distribution
from release.artifacts.entry_point import Command, command_of, pack, require_version
from release.artifacts.install_check import Trial, trial
from release.base.errors import ReleaseError
from release.config.constraints import held
from release.context import Context

FOLDER = "dist-executable"
_SYSTEMS = {"darwin": "macos"}
_MACHINES = {"amd64": "x86_64"}  # as Windows calls it


def build_executable(ctx: Context) -> None:
    """Leave FOLDER with one file for this system, which said its version, and its checksum; raise ReleaseError."""
    with trial(ctx, sys.executable) as fresh:
        wheel = pack(ctx, fresh.folder / "dist")
        metadata = metadata_of(wheel)
        command, version = command_of(wheel, metadata["name"]), metadata["version"]
        name = f"{command.name}-{version}-{this_system()}"
        if ctx.git.changes():
            ctx.report.line("warn", "clean", "uncommitted changes are packed, too")
        ctx.report.say(f"packing {name}; PyInstaller takes a minute")
        made = _pyinstaller(ctx, fresh, wheel, command, name)
        require_version(fresh.run(str(made), "--version"), version, made.name, "nox -s tests")
        folder = ctx.root / FOLDER
        shutil.rmtree(folder, ignore_errors=True)  # what lies there is attached to the forge release
        folder.mkdir()
        built = Path(shutil.copy2(made, folder))
    digest = read_distribution(built).sha256
    Path(f"{built}.sha256").write_text(f"{digest}  {built.name}\n", encoding="utf-8", newline="\n")
    ctx.report.line(
        "done", "executable", f"{FOLDER}/{built.name}, {built.stat().st_size / 1e6:.1f} MB, prints {version}"
    )


def this_system() -> str:
    """Return the system and the machine that an executable made here is for, such as linux-x86_64."""
    system, machine = platform.system().lower(), platform.machine().lower()
    return f"{_SYSTEMS.get(system, system)}-{_MACHINES.get(machine, machine)}"


def _pyinstaller(ctx: Context, fresh: Trial, wheel: Path, command: Command, name: str) -> Path:
    """Pack what a fresh environment holds: the wheel and its dependencies, and nothing else of the project."""
    constraints = held(ctx.root)
    fresh.install(str(wheel), "pyinstaller", **({"UV_CONSTRAINT": constraints.as_uri()} if constraints else {}))
    for path in fresh.folder.glob("venv/**/*.dist-info/*"):
        if path.name in ("RECORD", "direct_url.json", "uv_cache.json"):  # they tell of this folder and of now
            path.unlink()
    module, _, function = command.target.partition(":")
    start = fresh.folder / "start.py"
    start.write_text(f"import sys\n\nimport {module}\n\nsys.exit({module}.{function}())\n", encoding="utf-8")
    collected = [f"--collect-all={package}" for package in sorted(packages(wheel))]  # what is only named, and data
    fresh.run(
        *("python", "-m", "PyInstaller", "--onefile", "--noupx", "--log-level=WARN", f"--name={name}"),
        *(f"--copy-metadata={ctx.project.name}", *collected, str(start)),
        # The same bytes again on this system: pyinstaller.org, "Creating a Reproducible Build".
        PYTHONHASHSEED="1",
        SOURCE_DATE_EPOCH=str(ctx.git.time_of("HEAD")),
    ).require()
    found = sorted((fresh.folder / "dist").glob(f"{name}*"))
    if not found:
        raise ReleaseError("cannot make an executable", why=f"PyInstaller left no {name}", run="nox -s executable")
    return found[0]
