-- What changed, from the last change that a copy has ('-' for none), and how many wait.
-- ARGV: last change, limit
return {redis.call('ZCARD', waiting), redis.call('XRANGE', changes, ARGV[1], '+', 'COUNT', ARGV[2])}
