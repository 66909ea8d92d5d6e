"""The Invoke tasks that pack a project in further forms: `python -m release.tasks.packaging_tasks image`, by nox."""

from __future__ import annotations

from invoke.collection import Collection
from invoke.context import Context as Invocation
from invoke.program import Program
from invoke.tasks import task

from release.tasks.invoke_support import load, told


@task
@told
def executable(c: Invocation) -> None:
    """Build one file that needs no Python into dist-executable/, and run it."""
    from release.commands.packing import executable

    executable.build_executable(load(write=False))


@task(
    help={
        "base": "the image to build upon, instead of the one in the Containerfile",
        "push": "where to push it, such as host/team/acme; the version is its tag unless you give one",
        "record": "record the digest of the newest release's image in a repository, such as host/team/acme",
    }
)
@told
def image(c: Invocation, base: str = "", push: str = "", record: str = "") -> None:
    """Build a container image with podman, buildah or docker, and run it."""
    from release.commands.packing import image

    if record:
        image.record_image(load(write=True), record)
    else:
        image.build_image(load(write=bool(push)), base, push)


if __name__ == "__main__":
    Program(namespace=Collection(executable, image), name="packing", binary="packing").run()
