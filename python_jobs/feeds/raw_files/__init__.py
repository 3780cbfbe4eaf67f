"""Raw files as they are: every physical record a row of exact text, or a line set aside."""

from python_jobs.feeds.raw_files.formats import FileFormat, FoundFormat, UnreadableFileError
from python_jobs.feeds.raw_files.opening import open_raw_file
from python_jobs.feeds.raw_files.packed import checksum
from python_jobs.feeds.raw_files.raw_file import Batch, RawFile
from python_jobs.feeds.raw_files.records import SetAsideLine

__all__ = [
    "Batch",
    "FileFormat",
    "FoundFormat",
    "RawFile",
    "SetAsideLine",
    "UnreadableFileError",
    "checksum",
    "open_raw_file",
]
