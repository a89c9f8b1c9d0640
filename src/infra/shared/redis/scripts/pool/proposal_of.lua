-- A member's proposal: its id, what it is, what was answered.
-- ARGV: member
local state = redis.call('HGET', states, ARGV[1])
local id = state and string.match(state, '^P (.*)$')
local proposal = id and redis.call('HGET', proposals, id)
return proposal and {id, proposal, redis.call('HGET', answers, id)}
