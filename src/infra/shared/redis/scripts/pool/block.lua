-- Keeps two members apart since one has blocked the other, as '0 until noted' under the other's name with a '!'.
-- KEYS: whom one is kept apart from, whom the other is
-- ARGV: one, other, now, for how long
local value = string.format('0 %.0f %s', ARGV[3] + ARGV[4], ARGV[3])
for i = 1, 2 do
  redis.call('HSET', KEYS[i], ARGV[3 - i] .. '!', value)
  redis.call('PEXPIRE', KEYS[i], math.ceil(ARGV[4] / 1000))
end
