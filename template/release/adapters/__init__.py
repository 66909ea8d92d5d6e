"""The outside world, one module for each part of it; they do not know each other."""
