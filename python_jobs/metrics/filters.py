"""Filters as people type them, read into parts: nothing typed reaches Spark as it stands.

A filter is comparisons of a column and a literal, joined by ``and``, ``or``, ``not`` and brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from python_jobs.errors import P360Error

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^']|'')*') |
        (?P<number>-?\d+(?:\.\d+)?(?![\w.])) |
        (?P<name>[A-Za-z_]\w*) |
        (?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=")
_WORDS = ("and", "or", "not", "in", "is", "null", "between", "like")
_LONGEST, _DEEPEST, _SHOWN = 4000, 20, 120
_FORM = "write such as: country = 'Germany' and category in ('Books', 'Toys')"

# From a name to SQL; from a column's name, a literal and whether it is a number to SQL.
Column = Callable[[str], str]
Literal = Callable[[str, str, bool], str]


@dataclass(frozen=True)
class _Token:
    kind: str  # text, number, name, sign, word; end behind the last.
    value: str


def read_filter(text: str, column: Column, literal: Literal) -> str:
    """Return a filter as SQL that is made of known parts only.

    Args:
        text: What was typed.
        column: Returns the SQL of a column; raises where there is none of that name.
        literal: Returns the SQL of a literal for a column; raises where it does not fit.

    Raises:
        P360Error: The text is no filter.
    """
    return _Reader(text, column, literal).whole()


def quoted(text: str) -> str:
    r"""Return a text as a literal of Spark that holds no brace: MetricFlow fills ``{{`` in.

    Args:
        text: Any text, such as ``it's {{ x }}``, which becomes ``'it\'s \u007b\u007b x }}'``.
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("{", "\\u007b")
    return "'" + re.sub(r"[\x00-\x1f]", lambda one: f"\\u{ord(one[0]):04x}", escaped) + "'"


class _Reader:
    """Reads one filter, from left to right."""

    def __init__(self, text: str, column: Column, literal: Literal) -> None:
        self._text, self._column, self._literal = text, column, literal
        self._tokens = _split(text)
        self._place = 0

    def whole(self) -> str:
        sql = self._either(0)
        if self._next.kind != "end":
            raise self._refused("behind a whole comparison")
        return sql

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self, *values: str) -> bool:
        """Step over the next token where it is one of these words or signs."""
        if self._next.kind in ("word", "sign") and self._next.value in values:
            self._place += 1
            return True
        return False

    def _need(self, *values: str) -> None:
        if not self._take(*values):
            raise self._refused(f"where '{values[0]}' should be")

    def _refused(self, where: str) -> P360Error:
        found = f"'{self._next.value}'" if self._next.kind != "end" else "the end"
        return P360Error(f"'{_shown(self._text)}' is no filter: {found} {where}; {_FORM}")

    def _either(self, depth: int) -> str:
        parts = [self._both(depth)]
        while self._take("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"

    def _both(self, depth: int) -> str:
        parts = [self._one(depth)]
        while self._take("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else "(" + " and ".join(parts) + ")"

    def _one(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise P360Error(f"a filter has more than {_DEEPEST} brackets in each other; shorten it")
        if self._take("not"):
            return f"not ({self._one(depth + 1)})"
        if self._take("("):
            inner = self._either(depth + 1)
            self._need(")")
            return f"({inner})"
        if self._next.kind != "name":
            raise self._refused("where a column should be")
        return self._comparison()

    def _comparison(self) -> str:
        name = self._next.value
        sql = self._column(name)
        self._place += 1
        if self._take("is"):
            negated = "not " if self._take("not") else ""
            self._need("null")
            return f"{sql} is {negated}null"
        sign = self._next.value
        if self._take(*_COMPARISONS):
            return f"{sql} {'<>' if sign == '!=' else sign} {self._value(name)}"
        negated = "not " if self._take("not") else ""
        if self._take("in"):
            return f"{sql} {negated}in ({', '.join(self._list(name))})"
        if self._take("between"):
            low = self._value(name)
            self._need("and")
            return f"{sql} {negated}between {low} and {self._value(name)}"
        if self._take("like"):
            if self._next.kind != "text":
                raise self._refused("where a text should be")
            return f"{sql} {negated}like {self._value(name)}"
        raise self._refused("where a comparison should be")

    def _list(self, name: str) -> list[str]:
        self._need("(")
        values = [self._value(name)]
        while self._take(","):
            values.append(self._value(name))
        self._need(")")
        return values

    def _value(self, name: str) -> str:
        token = self._next
        if token.kind not in ("text", "number"):
            hint = " (a text stands in single quotes)" if token.kind == "name" else ""
            raise self._refused(f"where a value should be{hint}")
        self._place += 1
        if token.kind == "number":
            return self._literal(name, token.value, True)
        return self._literal(name, token.value[1:-1].replace("''", "'"), False)


def _shown(text: str) -> str:
    """Return a text for an error: one line, and not long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _split(text: str) -> list[_Token]:
    """Return the tokens of a filter and one that ends it.

    Raises:
        P360Error: The text is blank, too long, or holds what no filter does.
    """
    if not text.strip() or len(text) > _LONGEST:
        raise P360Error(f"a filter has 1 to {_LONGEST:,} characters; {_FORM}")
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None or not found.lastgroup:
            rest = _shown(text[place:end])[:20]
            raise P360Error(f"'{_shown(text)}' is no filter: '{rest}' is not understood; {_FORM}")
        kind, value = found.lastgroup, found[found.lastgroup]
        if kind == "name" and value.lower() in _WORDS:
            kind, value = "word", value.lower()
        tokens.append(_Token(kind, value))
        place = found.end()
    return [*tokens, _Token("end", "")]
