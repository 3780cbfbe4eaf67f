"""The servers: Spark with its doors Thrift and Connect, and the dashboard."""

from python_jobs.cluster.login import connect_address
from python_jobs.machine.ports import port_answers
from python_jobs.server.access import Access, read_access
from python_jobs.server.thrift import ThriftConnection, connect, readable
from python_jobs.server.views import RUN_ID, SavedView, read_views, remove_view, save_view

__all__ = [
    "RUN_ID",
    "Access",
    "SavedView",
    "ThriftConnection",
    "connect",
    "connect_address",
    "port_answers",
    "read_access",
    "read_views",
    "readable",
    "remove_view",
    "save_view",
]
