"""How feeds write numbers and times: the regular expressions that the models themselves use.

They are printed by macros of dbt; this renders the macros' own files, so that what is guessed of a
column and what silver reads of it cannot differ.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import jinja2

_FOLDER = Path(__file__).resolve().parents[2] / "macros" / "feeds"


@cache
def number_form(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return the pattern of numbers with these signs, as ``macros/feeds/number_pattern.sql``."""
    return re.compile(_macro("number_pattern")(decimal, thousands))


@cache
def time_form(pattern: str) -> re.Pattern[str]:
    """Return the pattern of times of this form, as ``macros/feeds/time_pattern.sql``."""
    return re.compile(_macro("time_pattern")(pattern))


@cache
def end_form(texts: tuple[str, ...], at: str) -> re.Pattern[str]:
    """Return the pattern of texts before or behind a cell, as ``macros/feeds/end_pattern.sql``."""
    # Blanks as Java knows them.
    return re.compile(_macro("end_pattern")(list(texts), at), re.ASCII)


@cache
def _macro(name: str) -> jinja2.runtime.Macro:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=False).from_string(text)
    macro: jinja2.runtime.Macro = getattr(
        template.make_module({"modules": SimpleNamespace(re=re)}), name
    )
    return macro
