-- Notes that a member is back. Returns the ticket if it waits again because of it; it is searched for soon, since others
-- may have come meanwhile.
-- ARGV: member
local state = redis.call('HGET', states, ARGV[1])
if not state or string.sub(state, 1, 1) ~= 'L' then return false end
turn(ARGV[1], 'W', since_of(ARGV[1]))
return ticket_of(ARGV[1])
