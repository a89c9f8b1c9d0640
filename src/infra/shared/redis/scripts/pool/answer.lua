-- Notes an answer. Returns the transition, what the proposal is, what was answered.
-- ARGV: proposal, member, answer ('a' or 'd'), now
local proposal = redis.call('HGET', proposals, ARGV[1])
if not proposal then return false end
local low, high, deadline = string.match(proposal, '^([^ ]+) ([^ ]+) (%d+) ')
if ARGV[2] ~= low and ARGV[2] ~= high then return false end

local given = redis.call('HGET', answers, ARGV[1])
local side = ARGV[2] == low and 1 or 2
local mine = string.sub(given, side, side)
if mine == ARGV[3] then return {'repeat', proposal, given} end
local is_open = not string.find(given, 'd', 1, true) and tonumber(ARGV[4]) < tonumber(deadline)
if not is_open or mine == 'a' or mine == 'd' then return {'over', proposal, given} end
given = side == 1 and ARGV[3] .. string.sub(given, 2) or string.sub(given, 1, 1) .. ARGV[3]
redis.call('HSET', answers, ARGV[1], given)
if not is_decided(given) then return {'noted', proposal, given} end
redis.call('ZADD', late, micros(ARGV[4] + SEEN_TO_WITHIN), ARGV[1])
return {ARGV[3] == 'd' and 'declined' or 'accepted', proposal, given}
