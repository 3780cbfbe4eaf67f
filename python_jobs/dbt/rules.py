"""The rules that judge raw sales, as the project declares them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from python_jobs.errors import P360Error

DECLARED_IN = "macros/rules/declared_sales_rules.sql"
_BEFORE, _AFTER = "{% set rules %}\n", "{% endset %}"


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        id: What rejection reasons and warnings call it.
        sentence: What a row that breaks it looks like, for people.
        expression: SQL over the columns of ``silver_sales_assessed``, true for a bad row.
        severity: ``warn``, ``quarantine`` or ``fail``.
        needs: Cells without which it does not apply to a feed that declares its cells.
    """

    id: str
    sentence: str
    expression: str
    severity: str
    needs: tuple[str, ...] = ()


def read_rules(project_dir: Path) -> list[Rule]:
    """Return the declared rules, in the order in which reasons are given.

    Args:
        project_dir: Folder of ``dbt_project.yml``.

    Raises:
        P360Error: The file does not hold a list of rules.
    """
    text = (project_dir / DECLARED_IN).read_text(encoding="utf-8")
    block = text.partition(_BEFORE)[2].partition(_AFTER)[0]
    try:
        return [
            Rule(**{**rule, "needs": tuple(rule.get("needs", ()))})
            for rule in yaml.safe_load(block)
        ]
    except (yaml.YAMLError, TypeError, AttributeError) as error:
        raise P360Error(
            f"{DECLARED_IN} has no valid list of rules; each needs id, sentence, expression and "
            "severity"
        ) from error
