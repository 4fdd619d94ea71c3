"""Sample data: a small telecom's catalog, pipelines, monitor and metadata behind the REST interfaces of real ones."""
