"""Backup of a P360_HOME while it is used, and its restore into an empty one."""
