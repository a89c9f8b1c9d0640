-- Notes that both members were shown a proposal: nobody must see to it before it ends.
-- ARGV: proposal
local proposal = redis.call('HGET', proposals, ARGV[1])
if not proposal or is_decided(redis.call('HGET', answers, ARGV[1])) then return 0 end
redis.call('ZADD', late, deadline_of(proposal), ARGV[1])
return 1
