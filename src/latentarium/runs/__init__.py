"""The run folder: record, read, follow, library."""
