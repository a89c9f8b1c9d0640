-- Removes a ticket, if nobody works on it. Returns the state it was in.
-- ARGV: member
local state = redis.call('HGET', states, ARGV[1])
if state and (state == 'W' or string.sub(state, 1, 1) == 'L') then remove(ARGV[1]) end
return state
