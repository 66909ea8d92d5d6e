"""The main job from nothing: render a project, release it to an embedded index, install it from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

REPOSITORY = Path(__file__).resolve().parent
sys.path.insert(0, str(REPOSITORY / "template"))

from release.adapters.index.local_index import embedded_index  # noqa: E402  (it lies in the template)


def main() -> int:
    """Run the demonstration in a temporary folder; return the exit code of the first command that fails, or 0."""
    with TemporaryDirectory(prefix="keelway-demo-") as folder:
        place = Path(folder)
        with embedded_index(place / "index") as index:
            try:
                demonstrate(place, index)
            except subprocess.CalledProcessError as error:
                print(f"\nthe demonstration failed: {' '.join(map(str, error.cmd))} ended with {error.returncode}")
                return error.returncode
    print("\neverything of it is removed again: project, remote, index and environment")
    return 0


def demonstrate(place: Path, index: str) -> None:
    """Do what an owner does, in `place`; `index` is the address of an index that takes uploads."""
    project, remote, environment = place / "acme", place / "acme.git", place / "environment"
    env = _environment(place)

    tell("a project from the template (nothing is asked: every question has a default)")
    answers = ["--vcs-ref=HEAD", "--defaults", "-d", "project_name=acme", "-d", f"index={index}"]
    run("copier", "copy", "--quiet", *answers, REPOSITORY, project, cwd=place, env=env)
    _only_these_pythons(project)
    tell("a git repository with a remote")
    run("git", "init", "--quiet", "--bare", remote, cwd=place, env=env)
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["commit", "--quiet", "--message=start"],
        ["remote", "add", "origin", remote],
        ["push", "--quiet", "--set-upstream", "origin", "main"],
    ):
        run("git", *words, cwd=project, env=env)
    tell("a note, a release")
    run("inv", "note", "feature", "Add the first thing", cwd=project, env=env)
    run("nox", "-s", "release", "--", "minor", "--yes", cwd=project, env=env)
    tell("what pip gets from the index, in a fresh environment")
    run(sys.executable, "-m", "venv", environment, cwd=place, env=env)
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(python, "-m", "pip", "install", "--quiet", "--index-url", f"{index}simple/", "acme", cwd=place, env=env)
    run(python, "-c", "import acme; print('acme', acme.__version__)", cwd=place, env=env)
    tell("where the release is")
    run("inv", "status", cwd=project, env=env)
    run("git", "log", "--oneline", "--decorate", cwd=project, env=env)


def _environment(place: Path) -> dict[str, str]:
    """Return the environment of the commands: an identity for git, a user for the index."""
    (place / "gitconfig").write_text("[user]\nname = Demo\nemail = demo@example.org\n", encoding="utf-8")
    ours = {"GIT_CONFIG_GLOBAL": str(place / "gitconfig"), "TWINE_USERNAME": "demo", "TWINE_PASSWORD": "open-to-all"}
    aside = {
        "VIRTUAL_ENV",
        *(f"{tool}_{word}" for tool in ("PIP", "UV") for word in ("CONSTRAINT", "BUILD_CONSTRAINT")),
    }
    return {name: value for name, value in os.environ.items() if name not in aside} | ours


def _only_these_pythons(project: Path) -> None:
    """Let the release check and try on the Python at hand only: a demonstration asks for no other."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    of_the_matrix = f":: {here}" in (project / "pyproject.toml").read_text(encoding="utf-8")
    quality = ["lint", "types", f"tests-{here}"] if of_the_matrix else []
    path = project / "release.toml"
    ours = f'python = ["{here}"]\nquality = {json.dumps(quality)}\n'
    path.write_text(ours + path.read_text(encoding="utf-8"), encoding="utf-8")


def tell(text: str) -> None:
    """Print a heading."""
    print(f"\n# {text}", flush=True)


def run(*words: str | Path, cwd: Path, env: dict[str, str]) -> None:
    """Print a command and run it; raise CalledProcessError when it fails."""
    argv = [str(word) for word in words]
    print("$", " ".join(word if " " not in word else f'"{word}"' for word in argv), flush=True)
    subprocess.run(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    sys.exit(main())
