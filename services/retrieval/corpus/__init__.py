"""What Retrieval knows without a catalog: documents and pipeline templates, as files of this package."""
