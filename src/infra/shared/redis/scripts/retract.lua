-- Puts an entry in the place of the one of the same message, if that is at hand.
-- KEYS: recent, ids
-- ARGV: message id, entry
local place = redis.call('HGET', KEYS[2], ARGV[1])
local old = place and redis.call('ZRANGEBYSCORE', KEYS[1], place, place)[1]
if old and old ~= ARGV[2] then
  -- In this order: a set that is empty for a moment forgets its life.
  redis.call('ZADD', KEYS[1], place, ARGV[2])
  redis.call('ZREM', KEYS[1], old)
end
