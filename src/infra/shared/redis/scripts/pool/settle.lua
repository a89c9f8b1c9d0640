-- Ends a proposal. Some of its tickets wait again, the others are gone.
-- ARGV: proposal, then the members who wait again
local proposal = redis.call('HGET', proposals, ARGV[1])
if not proposal then return 0 end
redis.call('HDEL', proposals, ARGV[1])
redis.call('HDEL', answers, ARGV[1])
redis.call('ZREM', late, ARGV[1])
local low, high = string.match(proposal, '^([^ ]+) ([^ ]+) ')
for _, member in ipairs({low, high}) do
  if redis.call('HGET', states, member) == 'P ' .. ARGV[1] then
    local back = false
    for i = 2, #ARGV do back = back or ARGV[i] == member end
    if back then wait_again(member) else remove(member) end
  end
end
return 1
