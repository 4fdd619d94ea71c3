"""An OpenMetadata-compatible catalog (1.x) over its REST interface: tables, search, lineage, versions. A library."""
