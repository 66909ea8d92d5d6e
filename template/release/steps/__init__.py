"""Changes of the world, one module each: how to see it, do it and take it back."""
