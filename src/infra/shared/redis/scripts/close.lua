-- Notes that a room takes no more messages, if it is at hand.
-- KEYS: room
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'open', '0') end
