"""What can be said of a release from outside, one place a module: each gives claims, and changes nothing."""
