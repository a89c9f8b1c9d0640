-- Removes a ticket, unless it is proposed. Returns the state it was in.
-- ARGV: member
local state = redis.call('HGET', states, ARGV[1])
if state and string.sub(state, 1, 1) ~= 'P' then remove(ARGV[1]) end
return state
