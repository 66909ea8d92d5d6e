"""What a release is to be, and what git says of it: the plan, its calendar, its forecast."""
