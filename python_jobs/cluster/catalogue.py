"""Creates the tables of Hive's catalogue in a database, all of them before anything needs one."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from python_jobs.cluster.metastore import Metastore
from python_jobs.cluster.properties import write_properties
from python_jobs.errors import P360Error
from python_jobs.machine.java import Java

_TOOL = "org.datanucleus.store.schema.SchemaTool"
_SECONDS = 120
_ABOUT = "package.jdo"  # What Hive stores, and in which tables.


def create_catalogue(java: Java, metastore: Metastore, jars: Path, folder: Path) -> None:
    """Create the tables that are missing; nothing to do where all are there.

    Hive itself creates each table when it is first needed, within whatever transaction needs it;
    the second one then waits for the first one's lock, for ever.

    Args:
        java: What the tool runs on.
        metastore: The database, which must be there.
        jars: Folder of Spark's jars.
        folder: Where the tool's settings and its log are left.

    Raises:
        P360Error: The database does not answer, or refuses.
    """
    properties = write_properties(
        folder / "catalogue.properties",
        {
            "javax.jdo.PersistenceManagerFactoryClass": (
                "org.datanucleus.api.jdo.JDOPersistenceManagerFactory"
            ),
            "javax.jdo.option.ConnectionURL": metastore.url,
            "javax.jdo.option.ConnectionDriverName": "org.postgresql.Driver",
            "javax.jdo.option.ConnectionUserName": metastore.user,
            "javax.jdo.option.ConnectionPassword": metastore.password,
            # As Hive asks for them, so that names and numbers agree.
            "datanucleus.identifierFactory": "datanucleus1",
            "datanucleus.rdbms.useLegacyNativeValueStrategy": "true",
        },
    )
    with zipfile.ZipFile(next(jars.glob("hive-metastore-*.jar"))) as archive:
        archive.extract(_ABOUT, folder)
    words = [str(java.executable), "-Xmx256m", "-cp", f"{jars}/*:{metastore.jar}", _TOOL]
    words += ["-create", "-props", str(properties), str(folder / _ABOUT)]
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, env={}, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise P360Error(
            f"the database of P360_METASTORE_URL did not answer in {_SECONDS} s"
        ) from error
    finally:
        properties.unlink()
    said = done.stdout + done.stderr
    log = folder / "catalogue.log"
    log.write_text(said.replace(metastore.password, "(redacted)"), encoding="utf-8")
    if done.returncode != 0 or "completed successfully" not in said:
        raise P360Error(_why(said, log))


def _why(said: str, log: Path) -> str:
    causes = {
        "password authentication failed": "refuses user and password: put P360_METASTORE_USER and "
        "P360_METASTORE_PASSWORD_FILE right",
        "does not exist": "is not there: create it (createdb), then run it again",
        "refused": "does not answer: start it, then run it again",
        "UnknownHostException": "is on a host that is not known: fix P360_METASTORE_URL",
    }
    cause = next((cause for sign, cause in causes.items() if sign in said), f"fails; see {log}")
    return f"the metastore's database {cause}"
