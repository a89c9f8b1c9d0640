-- No longer keeps two members apart for a block.
-- KEYS: whom one is kept apart from, whom the other is
-- ARGV: one, other
for i = 1, 2 do redis.call('HDEL', KEYS[i], ARGV[3 - i] .. '!') end
