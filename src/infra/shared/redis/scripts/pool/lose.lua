-- Notes that a member's connection is lost.
-- ARGV: member, now, until when it is kept
if redis.call('HGET', states, ARGV[1]) == 'W' then turn(ARGV[1], 'L ' .. ARGV[2], ARGV[3], 'lost') end
