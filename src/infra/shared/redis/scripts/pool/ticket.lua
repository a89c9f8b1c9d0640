-- A ticket and its state.
-- ARGV: member
local state = redis.call('HGET', states, ARGV[1])
return state and {ticket_of(ARGV[1]), state}
