"""What is sent over the channels of release.toml, once each: announcements of releases, bulletins of plans."""
