-- Ends a proposal that is as it was. Its tickets go on as they are told to; perhaps their members are kept apart, longer
-- each time.
-- KEYS: the pool, whom low is kept apart from, whom high is, the last match of low, of high
-- ARGV: proposal, what was answered, now, how long it is remembered who was kept apart, and the last match, then of low
-- and of high the state of the ticket ('' is gone) and when it is to be looked at, then the spans for which to keep them apart
local proposal = redis.call('HGET', proposals, ARGV[1])
if not proposal or redis.call('HGET', answers, ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', proposals, ARGV[1])
redis.call('HDEL', answers, ARGV[1])
redis.call('ZREM', late, ARGV[1])
local members = {string.match(proposal, '^([^ ]+) ([^ ]+) ')}
for i = 1, 2 do
  local member, state, again = members[i], ARGV[4 + 2 * i], ARGV[5 + 2 * i]
  if ARGV[2] == 'aa' then redis.call('SET', KEYS[11 + i], ARGV[1], 'PX', ARGV[5]) end
  if redis.call('HGET', states, member) == 'P ' .. ARGV[1] then
    if state == '' then
      remove(member)
    elseif state == 'W' then
      wait_again(member)
    else
      turn(member, state, again)
    end
  end
end

if #ARGV < 10 then return 1 end
local now, remembered = tonumber(ARGV[3]), tonumber(ARGV[4])
local times, noted = string.match(redis.call('HGET', KEYS[10], members[2]) or '', '^(%d+) %d+ (%d+)$')
if not noted or noted + remembered <= now then times = 0 end
local span = ARGV[math.min(10 + times, #ARGV)]
local value = string.format('%.0f %.0f %s', times + 1, now + span, ARGV[3])
for i = 1, 2 do
  redis.call('HSET', KEYS[9 + i], members[3 - i], value)
  redis.call('PEXPIRE', KEYS[9 + i], math.ceil(remembered / 1000))
end
return 1
