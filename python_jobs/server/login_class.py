"""The class by which the Thrift Server asks for the login, compiled by the Janino of Spark."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from python_jobs.errors import P360Error
from python_jobs.machine.java import Java
from python_jobs.machine.spark import spark_home
from python_jobs.settings import Settings

_SOURCE = Path(__file__).with_name("Login.java")
_COMPILER = "org.codehaus.commons.compiler.samples.CompilerDemo"  # Janino's javac.
_CLASS = "project_360.Login"


def compile_login(java: Java, folder: Path) -> None:
    """Compile the class into a folder for the class path, where it is not there already.

    Raises:
        P360Error: Janino refuses.
    """
    source, made = folder / _SOURCE.name, folder / f"{_CLASS.replace('.', '/')}.class"
    text = _SOURCE.read_text(encoding="utf-8")
    if made.exists() and source.exists() and source.read_text(encoding="utf-8") == text:
        return
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(_compiled(java))
    source.write_text(text, encoding="utf-8")


def _compiled(java: Java) -> bytes:
    """Return the class file.

    Java needs a folder for it whose name it can write, as that of the home need not be.
    """
    jars = spark_home() / "jars"
    (service,) = jars.glob("spark-hive-thriftserver_*.jar")
    (janino,) = jars.glob("janino-*.jar")
    (compiler,) = jars.glob("commons-compiler-*.jar")
    words = [str(java.executable), "-XX:TieredStopAtLevel=1", "-cp", f"{janino}:{compiler}"]
    words += [_COMPILER, "-d", ".", "-classpath", str(service), str(_SOURCE)]
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, env={}, check=False
        )
        made = Path(folder, f"{_CLASS.replace('.', '/')}.class")
        if not made.exists():
            said = (done.stderr or done.stdout).strip().partition("\n")[0]
            raise P360Error(f"the login could not be compiled: {said}")
        return made.read_bytes()


def login_options(settings: Settings) -> dict[str, str]:
    """Return Hive's settings by which the Thrift Server, at work in its home, asks for it."""
    return {
        "hive.server2.authentication": "CUSTOM",
        "hive.server2.custom.authentication.class": _CLASS,
        "p360.login.file": os.path.relpath(settings.login_file, settings.home),
    }
