-- Turns two claims into a proposal. It must have been shown before the claims would have run out.
-- ARGV: proposal, low, high, deadline, contents
local show_until
for i = 2, 3 do
  local state = redis.call('HGET', states, ARGV[i])
  local claim, claimed_until = string.match(state or '', '^C ([^ ]+) (%d+)')
  if claim ~= ARGV[1] then return 0 end
  show_until = claimed_until
end
for i = 2, 3 do turn(ARGV[i], 'P ' .. ARGV[1]) end
local value = ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5]
redis.call('HSET', proposals, ARGV[1], value)
redis.call('HSET', answers, ARGV[1], '--')
redis.call('ZADD', late, show_until, ARGV[1])
return 1
