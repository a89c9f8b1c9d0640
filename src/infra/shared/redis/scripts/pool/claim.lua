-- Claims a ticket that waits and is as it was.
-- ARGV: member, ticket id, revision, claim, until
if redis.call('HGET', states, ARGV[1]) ~= 'W' then return 0 end
local id, revision = string.match(ticket_of(ARGV[1]), '^([^ ]+) %d+ ([^ ]+) ')
if id ~= ARGV[2] or revision ~= ARGV[3] then return 0 end
turn(ARGV[1], 'C ' .. ARGV[4] .. ' ' .. ARGV[5], ARGV[5])
return 1
