-- Notes that a page looks at a room, or does not any more. Returns what the member is there before and after.
-- KEYS: looking
-- ARGV: room, page, what the page does there: look, away, lost, or none to only ask, life of a look in ms, life of a loss
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local look, loss = ARGV[1] .. ' ' .. ARGV[2], ARGV[1] .. ' lost'
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)

local function state()
  local found = 'away'
  for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if entry == loss then
      if found == 'away' then found = 'lost' end
    elseif string.sub(entry, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then
      found = 'here'
    end
  end
  return found
end

local before = state()
if ARGV[3] == 'look' then
  redis.call('ZREM', KEYS[1], loss)
  redis.call('ZADD', KEYS[1], now + ARGV[4], look)
elseif ARGV[3] ~= 'none' then
  redis.call('ZREM', KEYS[1], look)
  if ARGV[3] == 'lost' and state() ~= 'here' then
    redis.call('ZADD', KEYS[1], now + ARGV[5], loss)
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {before, state()}
