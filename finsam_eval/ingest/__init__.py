"""Raw files → valid tables, and a list of exactly what could not be used and why."""

from finsam_eval.ingest.ingest import Ingested, ingest

__all__ = ["Ingested", "ingest"]
