"""What is looked at after a release: the watch of its first two days, all places that show it, how it was built."""
