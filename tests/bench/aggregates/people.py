"""Who serves, and where."""

from typing import LiteralString

ROSTER: LiteralString = """
insert into read_roster.employees
select
  %(agency)s, gen_random_uuid(), 'p' || n, 'Pegawai ' || n, 'CIVIL_SERVANT', 'Analis', 'FUNCTIONAL', 'Ahli Muda',
  make_date(2015, 1, 1), null, 2, n
from generate_series(1, %(people)s) n
"""
PLACES: LiteralString = """
insert into read_roster.places
select
  %(agency)s, 'p' || n, n, now(), 'unit' || n %% 30, 'p' || 1 + n / 12, null, make_date(2015, 1, 1), null, null
from generate_series(1, %(people)s) n
"""
FILLS: tuple[LiteralString, ...] = (ROSTER, PLACES)
