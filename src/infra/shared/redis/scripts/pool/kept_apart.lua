-- Whom a member is kept apart from. Forgets whom it was kept apart from long ago.
-- KEYS: whom the member is kept apart from
-- ARGV: now, remembered
local apart, all = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local till, noted = string.match(all[i + 1], '^%d+ (%d+) (%d+)$')
  if tonumber(till) > tonumber(ARGV[1]) then
    apart[#apart + 1] = string.match(all[i], '^[^!]+')
  elseif noted + ARGV[2] <= tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return apart
