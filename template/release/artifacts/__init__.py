"""The distributions of a release and what is published beside them."""
