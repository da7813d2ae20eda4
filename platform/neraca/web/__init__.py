"""Pages for people, made on the server and without script: an employee reports, and reads a score and why it is so;
whoever appraises answers reports and rates.

Each page is a folder: what it reads (`query.graphql`, asked with the reader's own rights), how it looks (`page.html`),
and its routes (`page.py`). It writes by the commands that programs send. What doors it has into the rest is said by
`doors.py`, and the composition root opens them.
"""

from neraca.web import site

__all__ = ["site"]
