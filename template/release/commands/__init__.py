"""What a user can ask for, one module for each inv command."""
