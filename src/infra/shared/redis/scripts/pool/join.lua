-- Adds a ticket, or gives the one that is there its new conditions.
-- ARGV: member, id, since, 'revision contents', standing, life of the pool
local member = ARGV[1]
local state = redis.call('HGET', states, member)
local function live_on()
  for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[6]) end
end
if not state then
  redis.call('HSET', tickets, member, ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4])
  redis.call('HSET', standing, member, ARGV[5])
  redis.call('SREM', told, member)
  wait_again(member)
  live_on()
  return {ticket_of(member), 'W'}
end
live_on()
local known = ticket_of(member)
if state ~= 'W' and string.sub(state, 1, 1) ~= 'L' then return {known, state} end

if state == 'W' then unstand(member) end
local head = string.match(known, '^[^ ]+ %d+ ')
redis.call('HSET', tickets, member, head .. ARGV[4])
redis.call('HSET', standing, member, ARGV[5])
redis.call('SREM', told, member)
if state == 'W' then stand(member) end
return {head .. ARGV[4], state}
