-- Notes that entries of one room are stored.
-- KEYS: room, recent, ids, unstored, backlog, log
-- ARGV: group, recent kept, life of a silent room, then position and place of each entry
local stored = 0
for i = 4, #ARGV, 2 do
  -- By what is taken off the log, which lives longer than what a room keeps.
  stored = stored + redis.call('XACK', KEYS[6], ARGV[1], ARGV[i])
  redis.call('ZREM', KEYS[4], ARGV[i + 1])
end
if stored > 0 and redis.call('DECRBY', KEYS[5], stored) <= 0 then redis.call('DEL', KEYS[5]) end

while redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[2]) do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  local place, id = string.match(oldest, '^(%d+) %d+ ([^ ]+) ')
  if redis.call('ZSCORE', KEYS[4], place) then break end
  redis.call('ZREM', KEYS[2], oldest)
  redis.call('HDEL', KEYS[3], id)
end
if redis.call('EXISTS', KEYS[4]) == 0 then
  for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
end
