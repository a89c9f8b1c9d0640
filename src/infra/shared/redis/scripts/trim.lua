-- Lets go of entries of the log that were stored long ago. Never of one that is not acknowledged.
-- KEYS: log
-- ARGV: group, time in ms before which entries are old
local groups = redis.call('EXISTS', KEYS[1]) == 1 and redis.call('XINFO', 'GROUPS', KEYS[1]) or {}
for _, group in ipairs(groups) do
  local of = {}
  for i = 1, #group, 2 do of[group[i]] = group[i + 1] end
  if of['name'] == ARGV[1] then
    -- What is before this was taken by somebody ...
    local keep = of['last-delivered-id']
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
    -- ... and what is before this was acknowledged.
    if pending[1] > 0 then keep = pending[2] end
    local keep_time = tonumber(string.match(keep, '^%d+'))
    local before = math.min(keep_time, tonumber(ARGV[2]))
    return redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f', before))
  end
end
return 0
