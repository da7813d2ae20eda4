select
  d.agency,
  d.id
from webhook.due(%(now)s) d
