"""The Dash app: sales at a glance, and how far to believe them."""
