-- Adds a ticket, or gives the one that is there its new conditions; neither if the member made another match since the
-- ticket was written.
-- KEYS: the pool, the member's last match
-- ARGV: member, id, since, 'revision contents', life of the pool, until when it pauses first (or ''), the last match
-- that the ticket knows of (or '')
local member, newest, paused_until = ARGV[1], ARGV[4], ARGV[6]
if (redis.call('GET', KEYS[10]) or '') ~= ARGV[7] then return false end
local state = redis.call('HGET', states, member)
if state and string.sub(state, 1, 1) == 'P' then return {ticket_of(member), state} end


local head = state and string.match(ticket_of(member), '^[^ ]+ %d+ ') or ARGV[2] .. ' ' .. ARGV[3] .. ' '
redis.call('HSET', tickets, member, head .. newest)
redis.call('SREM', told, member)
if state == 'W' then
  stand(member)
elseif not state and paused_until ~= '' then
  turn(member, 'S ' .. paused_until, paused_until)
elseif not state then
  wait_again(member)
end
live_on(ARGV[5])
return {head .. newest, redis.call('HGET', states, member)}
