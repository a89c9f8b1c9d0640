-- Notes that a member is back. Returns the ticket if it waits again because of it.
-- ARGV: member
local state = redis.call('HGET', states, ARGV[1])
if not state or string.sub(state, 1, 1) ~= 'L' then return false end
wait_again(ARGV[1])
return ticket_of(ARGV[1])
