"""handle(unit of commands): read, decide, append. The one way anything is ever written."""

from neraca.service.handling import Service
from neraca.service.turns import Busy
from neraca.service.unit import Done, KeyReused, KeyRunning, NoSuchAgency, Stale, Stored, Unit, Unseen

__all__ = ["Busy", "Done", "KeyReused", "KeyRunning", "NoSuchAgency", "Service", "Stale", "Stored", "Unit", "Unseen"]
