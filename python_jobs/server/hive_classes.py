"""The one class that Hive looks for and pyspark does not hold.

A Thrift session that closes may make Hive list its functions, among them one of LLAP, whose
``LlapSigner.Signable`` stands in a jar of Hive that pyspark leaves out (SPARK-51041): the session
would end in ``NoClassDefFoundError``, and the dbt node with it. That function is never called, so
that an empty interface of the name is all that is needed.
"""

from __future__ import annotations

import struct
from pathlib import Path

_MISSING = "org/apache/hadoop/hive/llap/security/LlapSigner$Signable"


def write_missing_classes(folder: Path) -> Path:
    """Write the class into a folder for the class path; return that folder."""
    file = folder / f"{_MISSING}.class"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(empty_interface(_MISSING))
    return folder


def empty_interface(name: str) -> bytes:
    """Return the class file of a public interface without members (JVM Specification, chapter 4).

    Args:
        name: Its full name, with slashes.
    """
    head = struct.pack(">IHH", 0xCAFEBABE, 0, 52)  # Any Java since 8 reads version 52.
    constants = struct.pack(">H", 5)  # One more than there are: two names, two classes.
    for number, text in ((2, name), (4, "java/lang/Object")):
        constants += struct.pack(">BH", 7, number)
        constants += struct.pack(">BH", 1, len(text)) + text.encode("ascii")
    public_interface, itself, parent = 0x0601, 1, 3
    nothing = (0, 0, 0, 0)  # No interfaces, fields, methods, attributes.
    return head + constants + struct.pack(">7H", public_interface, itself, parent, *nothing)
