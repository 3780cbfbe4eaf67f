"""Runs dbt in this process."""
