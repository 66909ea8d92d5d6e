"""The tests of Keelway: real git, a real index on loopback, the template rendered and used."""
