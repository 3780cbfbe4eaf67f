"""What a by_load model leaves out of its stored rows is given back to the letter."""

from __future__ import annotations

from itertools import product

from conftest import Scratch

from python_jobs.dbt.runner import compile_sql
from python_jobs.settings import Settings

NUL = "\0"
TEXTS = (None, "", "a", "b", NUL, NUL + "a", NUL + NUL, " a")


def literal(text: str | None) -> str:
    """Return a text as SQL that holds no NUL itself."""
    if text is None:
        return "cast(null as string)"
    return (
        "concat('', " + ", ".join("char(0)" if sign == NUL else f"'{sign}'" for sign in text) + ")"
        if text
        else "''"
    )


def test_a_text_that_another_column_tells_is_given_back(scratch: Scratch) -> None:
    settings = Settings.from_environment(scratch.environment, project_dir=scratch.folder)
    pairs = list(product(TEXTS, TEXTS))
    values = ", ".join(
        f"({number}, {literal(text)}, {literal(telling)})"
        for number, (text, telling) in enumerate(pairs)
    )
    sql = compile_sql(
        settings,
        "compiling",
        "{%- set how = told_by('text', 'telling') -%}"
        "select number, stored, {{ how.unpacked }} from (select number, telling, stored as text, "
        "stored from (select number, telling, {{ how.packed }} as stored "
        f"from values {values} as v(number, text, telling)))",
    )
    rows = {number: (stored, back) for number, stored, back in scratch.query(sql)}
    for number, (text, telling) in enumerate(pairs):
        stored, back = rows[number]
        assert back == text, (text, telling)
        # Only what is not told takes room.
        assert (stored is None) == (text == telling), (text, telling)
