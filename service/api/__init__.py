"""The REST doors: a file per resource."""
