"""Values, errors, processes and output: what every other folder rests on."""
