"""Starts what the compose file says, service by service, without an engine.

Each service is a process of the image, with the command, variables and volumes of the file. What
the engine would add is imitated: a service's name is an address of its own on loopback, volumes are
folders, and a service starts once those it depends on are healthy by their own checks. Limits on
memory and a root that cannot be written are not enforced; a test looks for writes instead.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import yaml

from image.buildah import Buildah

_HEALTHY_SECONDS = 300
_UNITS = {"s": 1, "m": 60}


class Composed:
    """The services of a compose file.

    Args:
        file: The resolved file: what ``docker-compose config`` prints.
        buildah: Where the image is.
        container: A container of the image, which all services share; none writes into it.
        folder: Where volumes and logs are made.
    """

    def __init__(self, file: str, buildah: Buildah, container: str, folder: Path) -> None:
        self.services: dict[str, dict[str, Any]] = yaml.safe_load(file)["services"]
        self._buildah = buildah
        self._container = container
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.addresses = {
            name: f"127.0.36.{number}" for number, name in enumerate(sorted(self.services), start=1)
        }
        lines = ["127.0.0.1 localhost", *(f"{ip} {name}" for name, ip in self.addresses.items())]
        (folder / "hosts").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self, name: str, instead: Mapping[str, str] | None = None) -> None:
        """Start a service; those it depends on must be healthy.

        Args:
            name: The service.
            instead: Variables that differ from the file's, where an engine would do something.
        """
        service = self.services[name]
        for other in service.get("depends_on", {}):
            assert other == "postgres" or self.is_healthy(other), f"{name} needs {other}"
        words = self._words(name, list(service["command"]), instead or {})
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                words,
                env=self._buildah.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_healthy(self, name: str) -> None:
        """Return once a service's own health check passes."""
        deadline = time.monotonic() + _HEALTHY_SECONDS
        while not self.is_healthy(name):
            said = self.log(name).read_text(encoding="utf-8", errors="replace")[-2000:]
            assert self._running[name].poll() is None, f"{name} ended: {said}"
            assert time.monotonic() < deadline, f"{name} is not healthy: {said}"
            time.sleep(2)

    def is_healthy(self, name: str) -> bool:
        """Run a service's health check once."""
        check = self.services[name]["healthcheck"]
        assert check["test"][0] == "CMD"
        seconds = re.fullmatch(r"(\d+)([sm])", check.get("timeout", "30s"))
        assert seconds
        try:
            done = subprocess.run(
                self._words(name, check["test"][1:], {}),
                env=self._buildah.environment,
                capture_output=True,
                check=False,
                timeout=int(seconds[1]) * _UNITS[seconds[2]] + 30,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def wait(self, name: str, seconds: float) -> int:
        """Wait until a one-shot service ends; return its exit code."""
        return self._running[name].wait(seconds)

    def execute(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command as ``docker compose exec`` would."""
        return subprocess.run(
            self._words(name, list(words), {}),
            env=self._buildah.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def build_and_execute(self, name: str, *words: str) -> str:
        """Build the image of a service that has its own; return what a command in it says."""
        build, image = self.services[name]["build"], self.services[name]["image"]
        self._buildah.build(Path(build["context"]), build["target"], f"localhost/{image}")
        container = f"{self._container}-{name}"
        self._buildah.start(container, f"localhost/{image}")
        try:
            done = subprocess.run(
                self._buildah.run_words(container, words, {}, {}),
                env=self._buildah.environment,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            self._buildah.remove(container)
        return done.stdout + done.stderr

    def stop(self) -> None:
        """Stop all services, the last one first: kindly, then hard."""
        for process in reversed(self._running.values()):
            if process.poll() is not None:
                continue
            every = psutil.Process(process.pid).children(recursive=True)
            for each in every:
                if each.is_running():
                    each.send_signal(signal.SIGTERM)
            _, left = psutil.wait_procs(every, timeout=15)
            for each in left:
                each.kill()
            process.wait(30)

    def root(self) -> Path:
        """Return where the image's own files lie."""
        return self._buildah.root(self._container)

    def log(self, name: str) -> Path:
        """Return the file with what a service said."""
        return self._folder / f"{name}.log"

    def _words(self, name: str, command: list[str], instead: Mapping[str, str]) -> list[str]:
        service = self.services[name]
        variables = {key: str(value) for key, value in service.get("environment", {}).items()}
        volumes = {"/tmp": self._volume(f"tmp-{name}"), "/etc/hosts": self._folder / "hosts"}
        for volume in service.get("volumes", []):
            source, target = volume.split(":")[:2]
            volumes[target] = self._volume(source)
        variables |= dict(instead)
        return self._buildah.run_words(self._container, command, variables, volumes)

    def _volume(self, name: str) -> Path:
        """Return the folder of a volume; a new one belongs to the image's user."""
        folder = self._folder / "volumes" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            os.chown(folder, 10001, 10001)
        return folder
