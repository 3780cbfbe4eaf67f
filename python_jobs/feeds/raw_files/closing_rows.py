"""Rows that close a table, told by their cells: totals of the rows above, and footers."""

from __future__ import annotations

import re
from collections.abc import Sequence

TOTAL_ROW = "total_row"
FOOTER_ROW = "footer_row"
# What a row of totals begins with, in the languages that header words are known in.
TOTAL_WORDS = (
    "grand total|subtotal|sub-total|total general|total g\u00e9n\u00e9ral|totaal|totale|totals"
    "|total|summe|gesamtsumme|gesamtergebnis|gesamt|zwischensumme|somme|suma|soma|razem|sum"
)
# Behind the word: nothing, or of what it is the total. "Total Control" is the name of a product.
_OF_WHAT = (
    "for|of|by|per|f\u00fcr|von|pro|der|des|pour|de|du|del|di|della|do|da|para|por|van|voor|dla|za"
)
_TOTAL = re.compile(
    rf"(?:{TOTAL_WORDS})(?:[ :.=-]*|(?P<tail>(?:\s*[:(=]|\s+(?:{_OF_WHAT})\s|\s+\d).*))",
    re.IGNORECASE | re.DOTALL,
)
_DATE = re.compile(r"\d{4}-\d\d?-\d|\d\d?([./-])\d\d?\1\d\d|\d:\d\d")
_FIGURE = re.compile(r"[^\w\d]*[^\W\d]{0,3}[^\w\d]*\d[\d.,'\u00a0\u202f -]*[^\w\d]*[^\W\d]{0,3}\W*")
_COUNTED = (
    "rows?|records?|lines?|entries|results?|zeilen?|datens\u00e4tze?|eintr\u00e4ge?|lignes?"
    "|enregistrements?|filas?|registros?|righe|linhas?|regels?|rijen|wierszy|rekord\u00f3w"
)
_MADE = (
    "generated|created|exported|printed|produced|downloaded|report|end of|copyright|powered by"
    "|erstellt|erzeugt|exportiert|gedruckt|bericht|ende"
    "|g\u00e9n\u00e9r\u00e9|cr\u00e9\u00e9|export\u00e9|imprim\u00e9|fin d"
    "|generado|exportado|impreso|fin del?|generato|esportato|stampato|fine|gerado|impresso|fim d"
    "|gegenereerd|einde|wygenerowano|wydrukowano|koniec"
    "|(?:mon|tues|wednes|thurs|fri|satur|sun)day,|accrual basis|cash basis"
)
_FOOTER = re.compile(
    rf"\(?(?:total )?\d[\d.,]*\s+(?:{_COUNTED})\b.*|(?:{_COUNTED})\s*:\s*\d[\d.,]*"
    rf"|(?:{_MADE})(?!\w).*|(?:page|seite|p\u00e1gina|pagina|strona)\s+\d+.*|\u00a9.+|[-=*#_~]{{2,}}.*",
    re.IGNORECASE | re.DOTALL,
)


def is_total(cells: Sequence[str], columns: int) -> bool:
    """Return whether a row is a total: it has the word, a figure at most, and lacks most cells.

    Args:
        cells: The row.
        columns: How many cells the header has.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or len(filled) >= max(len(cells), columns) or 2 * len(filled) > columns + 1:
        return False
    word = _TOTAL.fullmatch(filled[0])
    if word is None:
        return False
    figures = filled[1:]
    if not cells[0].strip():  # The id is blank: a figure tells that it is no product's name.
        return bool(figures) and all(map(_is_figure, figures))
    return word.group("tail") is None or all(map(_is_figure, figures))


def is_footer(cells: Sequence[str]) -> bool:
    """Return whether a row is a remark on the table: one cell, the first, in words of its kind."""
    if not cells or not cells[0].strip() or any(cell.strip() for cell in cells[1:]):
        return False
    return _FOOTER.fullmatch(cells[0].strip()) is not None


def _is_figure(cell: str) -> bool:
    return _FIGURE.fullmatch(cell) is not None and _DATE.search(cell) is None
