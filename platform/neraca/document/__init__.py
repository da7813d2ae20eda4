"""The evaluation document: what it says, in which order and words, and its bytes; pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.document import blocks, evaluation_document, html, pdf, template, verification

__all__ = ["blocks", "evaluation_document", "html", "pdf", "template", "verification"]
