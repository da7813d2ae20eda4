"""Webhooks: events of an agency sent to programs elsewhere, in order and at least once, each message signed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.service.webhooks import dispatcher, messages, subscriptions, targets

__all__ = ["dispatcher", "messages", "subscriptions", "targets"]
