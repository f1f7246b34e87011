"""A made-up district to look around in: everything from nothing, on this machine only."""
