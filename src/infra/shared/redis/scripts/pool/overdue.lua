-- What somebody must see to: kind, name, contents, answers of each.
-- ARGV: now, limit, long wait
local now, limit, found = tonumber(ARGV[1]), tonumber(ARGV[2]), {}

local function add(kind, name, contents, given)
  for _, part in ipairs({kind, name, contents, given}) do found[#found + 1] = part end
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', late, '-inf', now, 'LIMIT', 0, limit)) do
  redis.call('ZADD', late, micros(now + SEEN_TO_WITHIN), id)
  local proposal, given = redis.call('HGET', proposals, id), redis.call('HGET', answers, id)
  local is_over = is_decided(given) or now >= tonumber(deadline_of(proposal))
  add(is_over and 'proposal' or 'unshown', id, proposal, given)
end

local crowd = math.max(1, math.floor(redis.call('SCARD', waiting) / FEW))
local left = limit - #found / 4
local members = left > 0 and redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, left) or {}
for _, member in ipairs(members) do
  local state = redis.call('HGET', states, member)
  local kind = state and string.sub(state, 1, 1)
  local ticket = ticket_of(member)
  if kind == 'C' then
    wait_again(member)
    add('claim', member, ticket, '')
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
return found
