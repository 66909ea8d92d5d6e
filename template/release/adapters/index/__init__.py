"""Package indexes: as installers see them, and one of our own on loopback."""
