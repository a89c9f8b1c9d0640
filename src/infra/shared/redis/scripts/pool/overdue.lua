-- What somebody must see to: kind, name, contents, answers of each.
-- ARGV: now, limit, long wait, life of the pool
local now, limit, found = tonumber(ARGV[1]), tonumber(ARGV[2]), {}

local function add(kind, name, contents, given)
  for _, part in ipairs({kind, name, contents, given}) do found[#found + 1] = part end
end

local function look_at(id)
  local proposal, given = redis.call('HGET', proposals, id), redis.call('HGET', answers, id)
  local deadline, see_until = string.match(proposal, '^[^ ]+ [^ ]+ (%d+) (%d+) ')
  local kind, again
  if is_decided(given) or now >= tonumber(deadline) then
    kind, again = 'proposal', micros(now + SEEN_TO_WITHIN)
  elseif not string.find(given, '-', 1, true) then
    again = deadline
  elseif now >= tonumber(see_until) then
    kind, again = 'unseen', micros(now + SEEN_TO_WITHIN)
  else
    kind, again = 'unshown', see_until
  end
  redis.call('ZADD', late, again, id)
  if kind then add(kind, id, proposal, given) end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', late, '-inf', now, 'LIMIT', 0, limit)) do look_at(id) end

local crowd = math.max(1, math.floor(redis.call('ZCARD', waiting) / FEW))
local left = limit - #found / 4
local members = left > 0 and redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, left) or {}
for _, member in ipairs(members) do
  local state = redis.call('HGET', states, member)
  local kind = state and string.sub(state, 1, 1)
  local ticket = ticket_of(member)
  if kind == 'S' then
    turn(member, 'W', micros(now + SEARCH_AGAIN))
    add('rested', member, ticket, '')
  elseif kind == 'L' then
    remove(member)
    add('lost', member, ticket, '')
  elseif kind == 'W' then
    local long = since_of(member) + ARGV[3]
    local tell = now >= long and redis.call('SADD', told, member) == 1
    local again = now + SEARCH_AGAIN * crowd
    if long > now then again = math.min(again, long) end
    redis.call('ZADD', due, micros(again), member)
    add(tell and 'long_wait' or 'search', member, ticket, '')
  else
    redis.call('ZREM', due, member)
  end
end
live_on(ARGV[4])
-- Tickets are not kept for longer than places are.
local half_an_hour_ago = redis.call('TIME')[1] - 1800
redis.call('XTRIM', changes, 'MINID', micros(half_an_hour_ago * 1000))
return found
