-- Gives a message its place and puts it into the log, or says why not.
-- KEYS: room, recent, ids, unstored, backlog, log, wake
-- ARGV: sender, message id, contents, room id, backlog allowed, recent kept, life with unstored, life of the log,
--       whether it may have been placed before
local room = redis.call('HMGET', KEYS[1], 'low', 'high', 'open', 'last')
if not room[1] then return {'not_at_hand'} end
if ARGV[1] ~= room[1] and ARGV[1] ~= room[2] then return {'not_a_member'} end

local known = redis.call('HGET', KEYS[3], ARGV[2])
if known then
  local entry = redis.call('ZRANGEBYSCORE', KEYS[2], known, known)[1]
  return {'known', entry, redis.call('ZSCORE', KEYS[4], known) and '0' or '1'}
end
if ARGV[9] == '1' then
  -- It may be one of those that were let go, unless this room never let one go.
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if oldest and string.match(oldest, '^%d+ (%d+) ') ~= '0' then return {'not_recognised'} end
end
if room[3] ~= '1' then return {'closed'} end
if tonumber(redis.call('GET', KEYS[5]) or '0') >= tonumber(ARGV[5]) then return {'busy'} end

local time = redis.call('TIME')
local seq = string.format('%.0f', math.max(tonumber(room[4]) + 1, time[1] * 1000000 + time[2]))
local entry = seq .. ' ' .. room[4] .. ' ' .. ARGV[3]
redis.call('HSET', KEYS[1], 'last', seq)
redis.call('ZADD', KEYS[2], seq, entry)
redis.call('HSET', KEYS[3], ARGV[2], seq)
redis.call('ZADD', KEYS[4], seq, seq)
redis.call('INCR', KEYS[5])
redis.call('XADD', KEYS[6], '*', 'room', ARGV[4], 'low', room[1], 'high', room[2], 'entry', entry)
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[7]) end
for i = 5, 6 do redis.call('PEXPIRE', KEYS[i], ARGV[8]) end

-- Lets the oldest go; not what is not stored, which is nowhere else.
for _ = 1, 8 do
  if redis.call('ZCARD', KEYS[2]) <= tonumber(ARGV[6]) then break end
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  local place, id = string.match(oldest, '^(%d+) %d+ ([^ ]+) ')
  if redis.call('ZSCORE', KEYS[4], place) then break end
  redis.call('ZREM', KEYS[2], oldest)
  redis.call('HDEL', KEYS[3], id)
end
redis.call('SPUBLISH', KEYS[7], '1')
return {'placed', entry, room[1], room[2]}
