-- What of a room is newer than a place: false if it is not at hand, else the oldest entry kept, then
-- entry and whether it is stored of each.
-- KEYS: room, recent, unstored
-- ARGV: place
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local answer = {redis.call('ZRANGE', KEYS[2], 0, 0)[1] or ''}
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf')) do
  answer[#answer + 1] = entry
  answer[#answer + 1] = redis.call('ZSCORE', KEYS[3], string.match(entry, '^%d+')) and '0' or '1'
end
return answer
