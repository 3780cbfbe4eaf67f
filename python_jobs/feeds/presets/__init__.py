"""Exports that `p360 feed new` knows by their headers: one YAML file each, no Python for a new one."""
