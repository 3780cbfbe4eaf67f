"""The servers: starts and stops Spark, opens its doors Thrift and Connect, serves the dashboard."""

from python_jobs.machine.ports import port_answers
from python_jobs.server.access import Access, read_access
from python_jobs.server.thrift import ThriftConnection, connect

__all__ = ["Access", "ThriftConnection", "connect", "port_answers", "read_access"]
