-- Keeps two members apart, longer each time.
-- KEYS: whom the one is kept apart from, whom the other is
-- ARGV: one, other, now, remembered, then the spans
local known = redis.call('HGET', KEYS[1], ARGV[2])
local times, noted = 0, 0
if known then
  times, noted = string.match(known, '^(%d+) %d+ (%d+)$')
  if noted + ARGV[4] <= tonumber(ARGV[3]) then times = 0 end
end
local span = ARGV[math.min(5 + times, #ARGV)]
local value = string.format('%.0f %.0f %s', times + 1, ARGV[3] + span, ARGV[3])
for i = 1, 2 do
  redis.call('HSET', KEYS[i], ARGV[3 - i], value)
  redis.call('PEXPIRE', KEYS[i], math.ceil(ARGV[4] / 1000))
end
