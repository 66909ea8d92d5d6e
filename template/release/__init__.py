"""The release process of this project: what `inv` and `nox -s release` do, as plain Python."""

__version__ = "0.3.0.dev0"  # of the template that this comes from; its address is in the project's .copier-answers file
