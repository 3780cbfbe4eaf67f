"""The rules of silver_sales_assessed, for messages to people."""

from __future__ import annotations

import yaml

from python_jobs.settings import Settings

_FILE = "models/silver/silver_sales_assessed.yml"


def rules_that_hold(settings: Settings, fragment: str) -> list[str]:
    """Return the ids of the rules in whose expression a piece of SQL stands."""
    content = yaml.safe_load((settings.project_dir / _FILE).read_text(encoding="utf-8"))
    wanted = " ".join(fragment.split())
    return [
        rule["id"]
        for rule in content["models"][0]["config"]["meta"]["rules"]
        if wanted in " ".join(rule["expression"].split())
    ]
