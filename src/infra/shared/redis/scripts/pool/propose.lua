-- Turns two tickets that wait and are as they were into a proposal. Returns '' if it did, 'apart' if the two are kept
-- apart, or the member who does not wait any more.
-- KEYS: the pool, whom low is kept apart from
-- ARGV: now, proposal, low, high, deadline, until when it must be seen, contents, then id and revision of both tickets
local now, proposal = tonumber(ARGV[1]), ARGV[2]
for i = 0, 1 do
  local member = ARGV[3 + i]
  if redis.call('HGET', states, member) ~= 'W' then return member end
  local id, revision = string.match(ticket_of(member), '^([^ ]+) %d+ ([^ ]+) ')
  if id ~= ARGV[8 + 2 * i] or revision ~= ARGV[9 + 2 * i] then return member end
end
-- For a decline, or for a block.
for _, field in ipairs({ARGV[4], ARGV[4] .. '!'}) do
  local apart_until = string.match(redis.call('HGET', KEYS[10], field) or '', '^%d+ (%d+) ')
  if apart_until and tonumber(apart_until) > now then return 'apart' end
end

for i = 3, 4 do turn(ARGV[i], 'P ' .. proposal, nil, 'found') end
redis.call('HSET', proposals, proposal, table.concat(ARGV, ' ', 3, 7))
redis.call('HSET', answers, proposal, '--')
redis.call('ZADD', late, micros(now + SHOW_AGAIN), proposal)
return ''
