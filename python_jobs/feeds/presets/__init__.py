"""Exports that `p360 feed new` knows by their headers: one YAML file each, and no Python."""
