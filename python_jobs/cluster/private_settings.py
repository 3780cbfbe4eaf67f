"""The settings of the server that stand in no command line: catalogue, trust, a person's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from python_jobs.cluster.metastore import Metastore
from python_jobs.cluster.properties import read_properties
from python_jobs.cluster.secrets import read_cluster_secret, trust_settings
from python_jobs.settings import Settings


def private_settings(
    settings: Settings, environ: Mapping[str, str], fixed: Collection[str]
) -> dict[str, str]:
    """Return these settings.

    Args:
        settings: Where Spark's work is done.
        environ: What says where the catalogue is, and which files hold secrets.
        fixed: Names that nobody may set in ``P360_SPARK_CONF``.

    Raises:
        P360Error: The environment does not say it, or not rightly.
    """
    private = Metastore.from_environment(environ).spark_settings()
    if not settings.is_local:
        makes_own = not settings.master.startswith("spark://")
        private |= trust_settings(read_cluster_secret(environ), makes_own_secrets=makes_own)
    if memory := environ.get("P360_EXECUTOR_MEMORY", ""):
        private["spark.executor.memory"] = memory
    return private | read_properties(environ, {*fixed, *private})
