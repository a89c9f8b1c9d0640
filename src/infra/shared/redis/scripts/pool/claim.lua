-- Claims a ticket that waits.
-- ARGV: member, ticket id, claim, until
if redis.call('HGET', states, ARGV[1]) ~= 'W' then return 0 end
if string.match(ticket_of(ARGV[1]), '^[^ ]+') ~= ARGV[2] then return 0 end
turn(ARGV[1], 'C ' .. ARGV[3] .. ' ' .. ARGV[4], ARGV[4])
return 1
