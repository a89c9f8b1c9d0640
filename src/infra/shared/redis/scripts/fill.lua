-- Puts a room at hand, unless it is.
-- KEYS: room, recent, ids
-- ARGV: low, high, open, life, then place, message id, entry of each recent message, oldest first
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('DEL', KEYS[2], KEYS[3])
local last = '0'
for i = 5, #ARGV, 3 do
  last = ARGV[i]
  redis.call('HSET', KEYS[3], ARGV[i + 1], last)
  redis.call('ZADD', KEYS[2], last, ARGV[i + 2])
end
redis.call('HSET', KEYS[1], 'low', ARGV[1], 'high', ARGV[2], 'open', ARGV[3], 'last', last)
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[4]) end
return 1
