-- Gives a claimed ticket back.
-- ARGV: member, claim
local state = redis.call('HGET', states, ARGV[1])
if state and string.match(state, '^C ([^ ]+)') == ARGV[2] then wait_again(ARGV[1]) end
