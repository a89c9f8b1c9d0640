-- Puts an entry in the place of the one of the same message, if that is at hand.
-- KEYS: recent, ids
-- ARGV: message id, entry
local place = redis.call('HGET', KEYS[2], ARGV[1])
if place then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], place, place)
  redis.call('ZADD', KEYS[1], place, ARGV[2])
end
