"""The evaluation document: what it says, in which order and words, and its bytes; pure."""

from typing import TYPE_CHECKING

from neraca.document import blocks, evaluation_document, html, template

if TYPE_CHECKING:  # it brings a library that only who wants a PDF needs
    from neraca.document import pdf

__all__ = ["blocks", "evaluation_document", "html", "pdf", "template"]
