select k.id, k.program, k.scopes, k.issued_by, k.issued_at, k.ends_at, k.used_at, k.revoked_by, k.revoked_at
from access.keys(%(agency)s, %(most)s) k
