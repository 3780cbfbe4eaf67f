"""Builds the image with buildah, on a base that debootstrap makes, and runs processes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

BASE = "docker.io/library/python:3.11-slim-bookworm"  # Bears this name; comes from Debian itself.
IMAGE = "localhost/project-360:local"
_MIRROR = "http://deb.debian.org/debian"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CERTIFICATES = "/etc/ssl/certs"


class Buildah:
    """Images and containers below one folder, which is kept: the second build takes seconds.

    Args:
        folder: Where they are.
        scratch: Where files lie that are needed once.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._scratch = scratch
        folder.mkdir(parents=True, exist_ok=True)
        conf = scratch / "storage.conf"
        conf.write_text(
            f'[storage]\ndriver = "vfs"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n',
            encoding="utf-8",
        )
        self._environment = dict(os.environ) | {"CONTAINERS_STORAGE_CONF": str(conf)}

    def make_base(self) -> None:
        """Make the base image where it is not there yet: Debian bookworm with its Python 3.11."""
        if self._has(BASE):
            return
        root = self._scratch / "root"
        packages = "--include=python3,python3-venv,ca-certificates"
        debootstrap = ["debootstrap", "--variant=minbase", packages, "bookworm", str(root), _MIRROR]
        subprocess.run(debootstrap, check=True, stdout=subprocess.DEVNULL)
        container = self._call("from", "scratch").strip()
        self._call("copy", "--quiet", container, str(root), "/")
        self._call("config", "--env", f"PATH={_PATH}", container)
        self._call("commit", "--quiet", "--rm", container, BASE)
        shutil.rmtree(root)

    def build(self, project: Path, target: str, image: str = IMAGE) -> None:
        """Build a target of the project's Dockerfile.

        pip asks the index that this machine's own pip asks; nothing of that gets into the image.
        """
        secret = self._scratch / "pip.conf"
        secret.write_text(_pip_configuration(), encoding="utf-8")
        secret.chmod(0o600)
        words = ["bud", "--isolation", "chroot", "--layers", "--pull-never", "--target", target]
        words += ["--volume", f"{_CERTIFICATES}:{_CERTIFICATES}:ro"]
        words += ["--secret", f"id=pip,src={secret}", "--tag", image, str(project)]
        try:
            self._call(*words)
        finally:
            secret.unlink()

    def start(self, name: str, image: str = IMAGE) -> None:
        """Make a container of that name, new."""
        self.remove(name)
        self._call("from", "--pull-never", "--name", name, image)

    def remove(self, name: str) -> None:
        """Remove a container; nothing to do where there is none."""
        subprocess.run(
            ["buildah", "rm", name], env=self._environment, check=False, capture_output=True
        )

    def root(self, name: str) -> Path:
        """Return where the files of a container lie."""
        return Path(self._call("mount", name).strip())

    def run_words(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        volumes: Mapping[str, Path],
    ) -> list[str]:
        """Return the command line that runs a command in a container, on the host's network.

        Args:
            name: The container.
            command: What to run.
            environment: Variables beside those of the image.
            volumes: Path in the container to folder or file on the host.
        """
        words = ["buildah", "run", "--isolation", "chroot", "--network", "host", "--no-hosts"]
        words += ["--cap-drop", "all"]
        for target, source in volumes.items():
            words += ["--volume", f"{source}:{target}"]
        for variable, value in environment.items():
            words += ["--env", f"{variable}={value}"]
        return [*words, name, "--", *command]

    @property
    def environment(self) -> dict[str, str]:
        """Environment in which buildah finds its images."""
        return self._environment

    def _has(self, image: str) -> bool:
        done = subprocess.run(
            ["buildah", "inspect", "--type", "image", image],
            env=self._environment,
            check=False,
            capture_output=True,
        )
        return done.returncode == 0

    def _call(self, *words: str) -> str:
        done = subprocess.run(
            ["buildah", *words], env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"buildah {words[0]}: {done.stderr[-2000:]}"
        return done.stdout


def _pip_configuration() -> str:
    """Return a pip configuration with this machine's index and certificates, if it has any."""
    lines = ["[global]", "timeout = 180"]
    listed = subprocess.run(
        [shutil.which("pip") or "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        kind = name.rpartition(".")[2].strip()
        if kind in ("index-url", "cert", "trusted-host"):
            lines.append(f"{kind} = {value.strip().strip(chr(39))}")
    return "\n".join(dict.fromkeys(lines)) + "\n"
