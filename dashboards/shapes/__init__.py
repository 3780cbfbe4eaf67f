"""Shapes of countries, from Natural Earth: where they lie on the map, and what they are called."""
