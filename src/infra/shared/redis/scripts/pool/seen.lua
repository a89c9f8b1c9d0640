-- Notes that a page shows a proposal to a member. Whether there is such a proposal.
-- ARGV: proposal, member
local proposal = redis.call('HGET', proposals, ARGV[1])
if not proposal then return 0 end
local low, high = string.match(proposal, '^([^ ]+) ([^ ]+) ')
if ARGV[2] ~= low and ARGV[2] ~= high then return 0 end
local given = redis.call('HGET', answers, ARGV[1])
local side = ARGV[2] == low and 1 or 2
if string.sub(given, side, side) == '-' and not is_decided(given) then
  given = side == 1 and 's' .. string.sub(given, 2) or string.sub(given, 1, 1) .. 's'
  redis.call('HSET', answers, ARGV[1], given)
end
return 1
