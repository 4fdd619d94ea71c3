"""Tables that exist in a database: read in place of a source's rows, written by sinks where that is asked for."""

from services.pipelines.runner.catalogue.locate import read_sources, written_sinks

__all__ = ["read_sources", "written_sinks"]
