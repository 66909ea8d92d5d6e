"""What a project proves of itself: the versions of its dependencies, speed, documentation."""
