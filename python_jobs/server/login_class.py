"""The classes by which the Thrift Server asks for the login and counts refusals."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from python_jobs.errors import P360Error
from python_jobs.machine.java import Java
from python_jobs.machine.spark import spark_home
from python_jobs.settings import Settings

_SOURCES = tuple(Path(__file__).with_name(f"{name}.java") for name in ("Login", "Refusals"))
_COMPILER = "org.codehaus.commons.compiler.samples.CompilerDemo"  # Janino's javac.
_PACKAGE = "project_360"


def compile_login(java: Java, folder: Path) -> None:
    """Compile the classes into a folder for the class path, where they are not there already.

    Raises:
        P360Error: Janino refuses.
    """
    texts = {folder / one.name: one.read_text(encoding="utf-8") for one in _SOURCES}
    if all(kept.exists() and kept.read_text("utf-8") == text for kept, text in texts.items()):
        return
    (folder / _PACKAGE).mkdir(parents=True, exist_ok=True)
    for name, code in _compiled(java).items():
        (folder / _PACKAGE / name).write_bytes(code)
    for kept, text in texts.items():
        kept.write_text(text, encoding="utf-8")


def _compiled(java: Java) -> dict[str, bytes]:
    """Return the class files by name.

    Java needs a folder for them whose name it can write, as that of the home need not be.
    """
    jars = spark_home() / "jars"
    needed = ("janino-*", "commons-compiler-*", "spark-hive-thriftserver_*")
    janino, compiler, service = (str(next(jars.glob(f"{name}.jar"))) for name in needed)
    words = [str(java.executable), "-XX:TieredStopAtLevel=1", "-cp", f"{janino}:{compiler}"]
    words += [_COMPILER, "-d", ".", "-classpath", service, *map(str, _SOURCES)]
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, env={}, check=False
        )
        made = {file.name: file.read_bytes() for file in Path(folder, _PACKAGE).glob("*.class")}
        if not {f"{source.stem}.class" for source in _SOURCES} <= made.keys():
            said = (done.stderr or done.stdout).strip().partition("\n")[0]
            raise P360Error(f"the login could not be compiled: {said}")
        return made


def login_options(settings: Settings) -> dict[str, str]:
    """Return Hive's settings by which the Thrift Server, at work in its home, asks for it."""
    return {
        "hive.server2.authentication": "CUSTOM",
        "hive.server2.custom.authentication.class": f"{_PACKAGE}.Login",
        "p360.login.file": os.path.relpath(settings.login_file, settings.home),
    }
