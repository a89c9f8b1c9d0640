-- Turns two claims into a proposal.
-- ARGV: proposal, low, high, deadline, contents
for i = 2, 3 do
  local state = redis.call('HGET', states, ARGV[i])
  if not state or string.match(state, '^C ([^ ]+)') ~= ARGV[1] then return 0 end
end
for i = 2, 3 do turn(ARGV[i], 'P ' .. ARGV[1]) end
local value = ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5]
redis.call('HSET', proposals, ARGV[1], value)
redis.call('HSET', answers, ARGV[1], '--')
redis.call('ZADD', late, ARGV[4], ARGV[1])
return 1
