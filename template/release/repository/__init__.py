"""What several commands do with commits, checkouts and pull requests."""
