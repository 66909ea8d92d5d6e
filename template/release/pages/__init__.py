"""What the commands find, as pages for people: HTML, SVG and feeds that need no server, no script and no network."""
