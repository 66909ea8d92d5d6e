"""What is looked at after a release: the watch of its first two days."""
