"""What dbt keeps of a project that it has parsed, for copies with another folder, schema or port.

dbt takes five seconds of a processor to parse this project, and keeps what it found beside it, with
the names of both in it. Nearly each test has a copy and a schema of its own.
"""

from __future__ import annotations

import pprint
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgpack
from dbt.adapters.spark.connections import SparkConnectionMethod, SparkCredentials
from dbt.artifacts.resources import FileHash

SCHEMA = "schema_that_stands_for_others"
_KEPT = "partial_parse.msgpack"


def keep_parsed(
    parsed: Path,
    project: Path,
    copy: Path,
    environment: Mapping[str, str],
    parsed_schema: str = SCHEMA,
) -> None:
    """Write what dbt kept of a project that it parsed beside a copy of it.

    dbt takes it, looks for files that differ, and parses those. Where it does not know what it
    finds, it parses all.

    Args:
        parsed: The ``target`` folder of that parse.
        project: The project.
        copy: The copy, or the project itself.
        environment: Tells the copy's schema and port, and its ``target`` folder if it has another.
        parsed_schema: The schema with which it was parsed.
    """
    schema, port = environment["P360_SCHEMA"], environment["P360_THRIFT_PORT"]
    kept = msgpack.unpackb((parsed / _KEPT).read_bytes(), strict_map_key=False)
    kept = _renamed(kept, {parsed_schema: schema, str(project): str(copy)})
    place = SparkCredentials(
        method=SparkConnectionMethod.THRIFT, host="127.0.0.1", port=int(port), schema=schema
    )
    known = FileHash.from_contents(pprint.pformat(sorted(place.connection_info())))
    kept["state_check"]["profile_hash"]["checksum"] = known.checksum
    target = copy / environment.get("DBT_TARGET_PATH", "target")
    target.mkdir(exist_ok=True)
    (target / _KEPT).write_bytes(msgpack.packb(kept))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    elif isinstance(value, list):
        value = [_renamed(one, names) for one in value]
    elif isinstance(value, dict):
        value = {_renamed(key, names): _renamed(one, names) for key, one in value.items()}
    return value
