"""The CI job that a command runs in, by its environment."""

from __future__ import annotations

import pytest

from release.base.ci_job import CiJob, job_in

GITHUB = {"GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1/"}


@pytest.mark.parametrize(
    ("environment", "job"),
    [
        ({}, None),
        ({"CI": ""}, None),
        ({"CI": "false", "PYPI_ID_TOKEN": "x"}, None),
        ({"CI": "true"}, CiJob(trusted=False, signing=False)),
        ({"CI": "true", **GITHUB}, CiJob(trusted=True, signing=True)),
        ({"CI": "true", "GITHUB_ACTIONS": "true"}, CiJob(trusted=False, signing=False)),
        ({"CI": "1", "GITLAB_CI": "1", "PYPI_ID_TOKEN": "x"}, CiJob(trusted=True, signing=False)),
        ({"CI": "1", "GITLAB_CI": "1", "SIGSTORE_ID_TOKEN": "x"}, CiJob(trusted=False, signing=True)),
        ({"CI": "1", "PYPI_ID_TOKEN": "x", "SIGSTORE_ID_TOKEN": "x"}, CiJob(trusted=False, signing=False)),
    ],
)
def test_what_a_forge_vouches_for_is_in_the_environment(environment: dict[str, str], job: CiJob | None) -> None:
    assert job_in(environment) == job
