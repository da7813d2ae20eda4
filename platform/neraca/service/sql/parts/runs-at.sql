-- Whether the clock `c` ran at a position of the log, or runs now.
case when {position}::bigint is null then c.ended is null
else c.position <= {position} and (c.ended is null or c.ended > {position})
end
