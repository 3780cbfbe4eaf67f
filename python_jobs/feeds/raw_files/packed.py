"""The bytes of a file: unpacked, counted, hashed, and watched for change while they are read."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import zstandard

from python_jobs.feeds.raw_files.formats import UnreadableFileError

_GZIP, _ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
# What a zip archive holds that is an Excel workbook.
_WORKBOOK = "[Content_Types].xml"
# What is often dropped by mistake, by the bytes that it starts with.
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "an old or protected Excel workbook; save it as .xlsx or CSV",
    b"%PDF": "a PDF; ask for CSV",
    b"\x89PNG": "a picture; ask for CSV",
    b"\xff\xd8\xff": "a picture; ask for CSV",
    b"SQLite": "a database; export it as CSV",
    b"BZh": "packed with bzip2; unpack it, or pack it with gzip or zstd",
    b"\xfd7zXZ": "packed with xz; unpack it, or pack it with gzip or zstd",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
}
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, zipfile.BadZipFile)
_READ_BYTES = 1 << 20


class PackedFile:
    """A file that is read once, from start to end.

    Args:
        path: Where it lies.
        name: What it is called in messages.

    Attributes:
        compression: ``none``, ``gzip``, ``zstd`` or ``zip``, told by its first bytes.
        size: Bytes of it that were read from the disk so far.
        sha256: Checksum of these bytes, in hex.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._before = _state(path, name)
        self._hash = hashlib.sha256()
        self.size = 0
        try:
            with path.open("rb") as file:
                start = file.read(8)
        except OSError as error:
            raise _unreadable(name, error) from error
        if not start:
            raise UnreadableFileError(f"{name} is empty (0 bytes); request the file again")
        for magic, kind in _OTHER_KINDS.items():
            if start.startswith(magic):
                raise UnreadableFileError(f"{name} is {kind}")
        self._member = _only_member(path, name) if start.startswith(ZIP) else None
        kinds = {_GZIP: "gzip", _ZSTD: "zstd"} | ({ZIP: "zip"} if self._member else {})
        told = (kind for magic, kind in kinds.items() if start.startswith(magic))
        self.compression = next(told, "none")

    @property
    def sha256(self) -> str:
        """Checksum of what was read so far."""
        return self._hash.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes, in pieces of at most some MiB.

        Raises:
            UnreadableFileError: The file is cut short or damaged, cannot be read, or changed while
                it was read.
        """
        try:
            with self._path.open("rb") as file:
                yield from self._unpack(_Hashing(file, self))
        except _DAMAGED as error:
            raise UnreadableFileError(
                f"{self._name} is a {self.compression} file that is cut short or damaged; "
                "request the file again"
            ) from error
        except OSError as error:
            raise _unreadable(self._name, error) from error
        if _state(self._path, self._name) != self._before:
            raise UnreadableFileError(
                f"{self._name} changed while it was read; load it again once it is whole"
            )

    def whole(self) -> bytes:
        """Return all unpacked bytes."""
        return b"".join(self.blocks())

    def add(self, block: bytes) -> None:
        """Count bytes that were read from the disk."""
        self.size += len(block)
        self._hash.update(block)

    def _unpack(self, file: _Hashing) -> Iterator[bytes]:
        if self.compression == "zstd":
            yield from _unpack_zstd(file)
            return
        if self._member is not None:  # Its list of files stands at its end.
            while file.read(_READ_BYTES):
                pass
            with zipfile.ZipFile(self._path) as archive, archive.open(self._member) as member:
                while block := member.read(_READ_BYTES):
                    yield block
            return
        stream: io.RawIOBase | gzip.GzipFile = file
        if self.compression == "gzip":
            stream = gzip.GzipFile(fileobj=file, mode="rb")
        while block := stream.read(_READ_BYTES):
            yield block


class _Hashing(io.RawIOBase):
    """A file whose bytes are counted and hashed as they are read."""

    def __init__(self, file: BinaryIO, packed: PackedFile) -> None:
        self._file = file
        self._packed = packed

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._packed.add(block)
        return block


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file's bytes on the disk, in hex.

    Raises:
        UnreadableFileError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path.name, error) from error


def _only_member(path: Path, name: str) -> str | None:
    """Return the name of the one file in a zip archive; None for a workbook, which is one too.

    Raises:
        UnreadableFileError: There is no file in it, or more than one, or one with a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(
            f"{name} is a zip archive that is cut short or damaged; request the file again"
        ) from error
    except OSError as error:
        raise _unreadable(name, error) from error
    if any(one.filename == _WORKBOOK for one in inside):
        return None
    # What a Mac adds begins with a point.
    files = [one for one in inside if not one.is_dir() and Path(one.filename).name[0] != "."]
    if len(files) != 1:
        raise UnreadableFileError(
            f"{name} is a zip archive of {len(files):,} files; unpack it, or pack one file in each"
        )
    if files[0].flag_bits & 1:
        raise UnreadableFileError(f"{name} is a zip archive with a password; unpack it")
    return files[0].filename


def _unpack_zstd(file: _Hashing) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    while block := file.read(_READ_BYTES):
        while block:
            if unpacker.eof:
                unpacker = zstandard.ZstdDecompressor().decompressobj()
            if text := unpacker.decompress(block):
                yield text
            block = unpacker.unused_data if unpacker.eof else b""
    if not unpacker.eof:
        raise EOFError


def _state(path: Path, name: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError as error:
        raise UnreadableFileError(f"{name} no longer exists; restore it") from error
    except OSError as error:
        raise _unreadable(name, error) from error
    return found.st_size, found.st_mtime_ns, found.st_ino


def _unreadable(name: str, error: OSError) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} cannot be read ({error.strerror or error}); fix its permissions"
    )
