"""A policy for its readers: pages in words, and the JSON Schema for editors."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy.docs import json_schema, page, render

__all__ = ["json_schema", "page", "render"]
