-- The day of a moment in the agency's time zone. Where that had one offset all the time it is taken by it: of a whole
-- city, to look up the zone for each moment took a third of all.
case
  when %(offset)s::interval is null then ({moment} at time zone %(zone)s)::date
  else ({moment} at time zone %(offset)s::interval)::date
end
