"""The Migration Engine: legacy ETL exports in, DataFlow YAML pipelines out.

Everything in this package except `server/` is a pure library: no grpc, no asyncio, no database.
"""
