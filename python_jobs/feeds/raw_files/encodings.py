"""Text encodings: which one a file is in, and its bytes as UTF-8 whatever it is.

Bytes that are not of the encoding stay visible: they become bytes that no UTF-8 has, so that the
reader finds them line by line, and they can be turned back.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from python_jobs.feeds.raw_files.formats import UnreadableFileError

_BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_EIGHT_BIT = ("windows-1252", "mac-roman")  # Latin-1 is read as windows-1252, which adds to it.
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{2,}")
_LINE_END = re.compile(rb"[\r\n]+")
_HIGH = re.compile(rb"[\x80-\xff]")
_EVIDENCE_LINES = 2000


def bom_of(start: bytes) -> tuple[str | None, int]:
    """Return the encoding that a byte order mark tells, and the mark's length."""
    for bom, encoding in _BOMS.items():
        if start.startswith(bom):
            return encoding, len(bom)
    return None, 0


def wide_encoding(sample: bytes) -> str | None:
    """Return the UTF-16 that text without a mark is in: every other byte of Latin text is zero."""
    even, odd = sample[0:4096:2], sample[1:4096:2]
    for encoding, high, low in (("utf-16-be", even, odd), ("utf-16-le", odd, even)):
        if high.count(0) > 0.4 * max(len(high), 1) and low.count(0) == 0:
            return encoding
    return None


def narrow_encoding(blocks: Iterable[bytes]) -> str:
    """Return UTF-8 or the eight-bit encoding in which the words of the text make most sense.

    Args:
        blocks: The bytes of the file; as many are taken as it needs to see signs beyond ASCII.
    """
    for block in blocks:
        if block.isascii():
            continue
        lines = [line for line in _LINE_END.split(block) if not line.isascii()][:_EVIDENCE_LINES]
        # A block may cut a sign in two, at its start or end.
        valid = sum(_is_utf8(line) for line in lines)
        if 2 * valid >= len(lines) or (len(lines) <= 2 and _is_utf8_but_for_cuts(block)):
            return "utf-8"
        words = [word for line in lines for word in _WORD.findall(line) if _HIGH.search(word)]
        return max(_EIGHT_BIT, key=lambda encoding: _sense(words, encoding))
    return "utf-8"


def check_encoding(name: str, encoding: str) -> str:
    """Return the encoding's name; an error where Python knows no text encoding of that name."""
    try:
        codec = codecs.lookup(encoding)
        "".encode(encoding)
    except LookupError as error:
        raise UnreadableFileError(
            f"{name}: encoding '{encoding}' is unknown; declare one such as utf-8 or windows-1252"
        ) from error
    if codec.name == "utf-16":
        return "utf-16-le"
    return "utf-8" if codec.name in ("utf-8", "utf-8-sig", "ascii") else encoding


def as_utf8(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the bytes in UTF-8."""
    if encoding == "utf-8":
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding)(_handler(encoding))
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "surrogatepass")
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # Half a sign at the end of the file.
        yield b"\xff"


def without_bom(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes without a byte order mark at their start."""
    first = b""
    while len(first) < 3 and (block := next(blocks, b"")):
        first += block
    yield first[bom_of(first)[1] :]
    yield from blocks


def original_bytes(line: bytes, encoding: str) -> bytes:
    """Return a line of ``as_utf8`` as it stood in the file."""
    if encoding == "utf-8":
        return line
    try:
        text = line.decode("utf-8", "surrogatepass")
        return text.encode(encoding, _handler(encoding))
    except UnicodeError:
        return line


def _handler(encoding: str) -> str:
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_but_for_cuts(block: bytes) -> bool:
    start = re.match(rb"[\x80-\xbf]{0,3}", block)
    inner = block[start.end() if start else 0 :]
    return any(_is_utf8(inner[: len(inner) - cut]) for cut in range(4))


def _sense(words: list[bytes], encoding: str) -> int:
    """Return how well words read: letters in words, capitals at their start, nothing undefined."""
    score = 0
    for word in words:
        text = word.decode(encoding, "replace")
        for position, sign in enumerate(text):
            if ord(sign) < 128:
                continue
            before = text[position - 1] if position else ""
            if sign == "\ufffd" or not sign.isalpha():
                score -= 2
            elif sign.islower() or not before.islower():
                score += 2 if sign.lower() in "äöüßéèêëàâáåæçíìîïñóòôõøúùûýœãš" else 1
            else:
                score -= 2
    return score
