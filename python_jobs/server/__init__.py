"""The servers: Spark with its doors Thrift and Connect, and the dashboard."""

from python_jobs.machine.ports import port_answers
from python_jobs.server.access import Access, read_access
from python_jobs.server.thrift import ThriftConnection, connect, readable

__all__ = ["Access", "ThriftConnection", "connect", "port_answers", "read_access", "readable"]
