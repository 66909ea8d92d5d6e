"""What is read from files of the project, such as release.toml and pyproject.toml, as frozen dataclasses."""
