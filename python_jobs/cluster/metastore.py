"""Where the catalogue is: a Derby folder of one server, or a database that outlives servers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from python_jobs.cluster.secrets import read_secret
from python_jobs.errors import P360Error

_OPTION = "spark.hadoop.javax.jdo.option"
URL_SETTING = f"{_OPTION}.ConnectionURL"
_USUAL_JAR = "/usr/share/java/postgresql.jar"  # Debian's libpostgresql-jdbc-java.
_URL = re.compile(r"jdbc:postgresql://[^\s?]+(\?\S*)?")


@dataclass(frozen=True)
class Metastore:
    """Address of the database that holds the catalogue.

    Attributes:
        url: ``P360_METASTORE_URL``; empty for Derby.
        user: ``P360_METASTORE_USER``.
        password: ``P360_METASTORE_PASSWORD``, or what the file in ``P360_METASTORE_PASSWORD_FILE``
            holds.
        jar: ``P360_METASTORE_JAR``, the JDBC driver.
    """

    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    jar: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Metastore:
        """Read and check the address.

        Raises:
            P360Error: It is no PostgreSQL's, has a password in it, or the driver is missing.
        """
        url = environ.get("P360_METASTORE_URL", "")
        if not url:
            return cls()
        if not _URL.fullmatch(url) or "password=" in url or "@" in url:
            raise P360Error(
                "P360_METASTORE_URL must be jdbc:postgresql://host:5432/database, without user and "
                "password: P360_METASTORE_USER and P360_METASTORE_PASSWORD_FILE name these"
            )
        user = environ.get("P360_METASTORE_USER", "")
        password = read_secret(environ, "P360_METASTORE_PASSWORD")
        if not user or not password:
            raise P360Error(
                "P360_METASTORE_URL needs P360_METASTORE_USER and P360_METASTORE_PASSWORD_FILE"
            )
        jar = environ.get("P360_METASTORE_JAR", _USUAL_JAR)
        if not Path(jar).is_file():
            raise P360Error(
                f"the JDBC driver {jar} is missing; install it (Debian: apt-get install "
                "libpostgresql-jdbc-java), or set P360_METASTORE_JAR to it"
            )
        return cls(url, user, password, jar)

    def spark_settings(self) -> dict[str, str]:
        """Return the Spark settings that lead there; none for Derby."""
        if not self.url:
            return {}
        return {
            URL_SETTING: self.url,
            f"{_OPTION}.ConnectionDriverName": "org.postgresql.Driver",
            f"{_OPTION}.ConnectionUserName": self.user,
            f"{_OPTION}.ConnectionPassword": self.password,
            "spark.driver.extraClassPath": self.jar,
            # A database that restarts is waited for: ten times this long.
            "spark.hadoop.hive.hmshandler.retry.interval": "5s",
        }
