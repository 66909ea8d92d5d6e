"""Tools in processes that are loaded before they are called."""
