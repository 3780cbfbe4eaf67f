"""Feeds: how they are declared, how their files are read and loaded."""
