"""Why a Spark server did not start: signs in its log, each with what a person can do."""

from __future__ import annotations

from pathlib import Path

from python_jobs.settings import Settings


def why_it_died(settings: Settings, log: Path) -> str:
    """Return the cause of a start that failed, and what to do, as far as its log tells."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    causes = {
        "XSDB6": f"the metastore {settings.metastore_dir} is held by another process; stop it, "
        "or set P360_HOME to another folder",
        "Address already in use": "another process took a port while the server started; "
        "run 'p360 up' again",
        "Could not reserve enough space": "the machine has too little memory for the server; "
        "set P360_DRIVER_MEMORY (such as 1g)",
        "All masters are unresponsive": f"no Spark master answers at {settings.master}; start it, "
        "or fix P360_MASTER",
        "The connection attempt failed": "the metastore's database does not answer at "
        "P360_METASTORE_URL; start it, then run 'p360 up' again",
        "HADOOP_CONF_DIR or YARN_CONF_DIR must be set": "P360_MASTER is yarn, which needs "
        "HADOOP_CONF_DIR: the folder of Hadoop's settings",
        "S3AFileSystem not found": f"P360_WAREHOUSE is {settings.warehouse}, and Spark has no jar "
        "for s3a; name one in P360_SPARK_CONF, as docs/cluster.md shows",
        "No space left on device": f"the disk of {settings.home} is full; free some space, "
        "then run 'p360 up' again",
    }
    for sign, cause in causes.items():
        if sign in text:
            return cause
    return f"the Spark server stopped while starting; see {log}"
