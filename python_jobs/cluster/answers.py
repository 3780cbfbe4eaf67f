"""A health check: exits with 0 where something accepts connections at HOST:PORT."""

from __future__ import annotations

import sys

from python_jobs.machine.ports import port_answers

if __name__ == "__main__":
    host, _, port = sys.argv[1].rpartition(":")
    sys.exit(0 if port_answers(int(port), host) else 1)
