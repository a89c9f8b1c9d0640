-- Says where a member can be reached, and notes the place of what is on its way there.
-- KEYS: online, latest
-- ARGV: now in ms, place or nothing, life of the place
local nodes = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')
if ARGV[2] ~= '' and #nodes > 0 then
  local latest = redis.call('GET', KEYS[2])
  if not latest or tonumber(latest) < tonumber(ARGV[2]) then latest = ARGV[2] end
  redis.call('SET', KEYS[2], latest, 'PX', ARGV[3])
end
return nodes
