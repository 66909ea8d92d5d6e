"""Commands of the forms beside the distributions: an executable file and a container image."""
