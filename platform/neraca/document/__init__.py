"""The evaluation document: what it says, in which order and words, and its bytes; pure."""

from neraca.document import blocks, evaluation_document, html, template

__all__ = ["blocks", "evaluation_document", "html", "template"]
