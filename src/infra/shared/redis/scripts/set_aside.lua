-- Takes an entry out of the log that can never be stored, and keeps it with the reason.
-- KEYS: room, recent, ids, unstored, backlog, log, aside
-- ARGV: group, position, place, message id, room id, entry, reason, kept aside, life aside
redis.call('XADD', KEYS[7], 'MAXLEN', '~', ARGV[8], '*', 'room', ARGV[5], 'entry', ARGV[6], 'reason', ARGV[7])
redis.call('PEXPIRE', KEYS[7], ARGV[9])
if redis.call('XACK', KEYS[6], ARGV[1], ARGV[2]) == 1 and redis.call('DECR', KEYS[5]) <= 0 then
  redis.call('DEL', KEYS[5])
end
redis.call('ZREM', KEYS[4], ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], ARGV[3], ARGV[3])
redis.call('HDEL', KEYS[3], ARGV[4])
