"""What gunicorn loads: one app for each worker, and the thread that looks for new runs."""

from __future__ import annotations

from flask import Flask

from dashboards.app import create_app
from dashboards.data.refresh import start_looking
from python_jobs.settings import Settings


def application() -> Flask:
    """Return the WSGI app of this process."""
    settings = Settings.from_environment()
    app = create_app(settings)
    start_looking(settings)
    server: Flask = app.server
    return server
