"""The release process of this project: what `inv` and `nox -s release` do, as plain Python."""
