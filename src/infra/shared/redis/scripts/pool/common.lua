-- The waiting pool: what every script of it begins with.
--
-- tickets   hash: member -> 'id since revision contents'; since has 16 digits
-- states    hash: member -> 'W' | 'L since' | 'C claim until' | 'P proposal'
-- standing  hash: member -> where the ticket stands in the index: 'spot|place,group|' of each, one per line
-- index     sorted set by name: 'spot|place,group|since|member' of each ticket that waits
-- waiting   set: members who wait
-- told      set: members who were told that it takes long
-- due       sorted set by time: members whose ticket is to be looked at then
-- proposals hash: proposal -> 'low high deadline contents'
-- answers   hash: proposal -> what low and high answered: '-', 'a' or 'd' each
-- late      sorted set by time: proposals that somebody must see to then
local tickets, states, standing, index, waiting = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local told, due, proposals, answers, late = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]

-- Seconds as microseconds.
local SEARCH_AGAIN, SEEN_TO_WITHIN, FEW = 5000000, 2000000, 512

local function micros(number) return string.format('%.0f', number) end

local function ticket_of(member) return redis.call('HGET', tickets, member) end

local function since_of(member) return string.match(ticket_of(member), '^[^ ]+ (%d+) ') end

local function entries_of(member)
  local entries, since = {}, since_of(member)
  for place in string.gmatch(redis.call('HGET', standing, member), '[^\n]+') do
    entries[#entries + 1] = place .. since .. '|' .. member
  end
  return entries
end

local function stand(member)
  redis.call('SADD', waiting, member)
  for _, entry in ipairs(entries_of(member)) do redis.call('ZADD', index, 0, entry) end
end

local function unstand(member)
  redis.call('SREM', waiting, member)
  for _, entry in ipairs(entries_of(member)) do redis.call('ZREM', index, entry) end
end

-- Moves a ticket to another state, to be looked at again then (or not, without a time).
local function turn(member, state, again)
  local was = redis.call('HGET', states, member) == 'W'
  if was and state ~= 'W' then unstand(member) end
  redis.call('HSET', states, member, state)
  if state == 'W' and not was then stand(member) end
  if again then redis.call('ZADD', due, again, member) else redis.call('ZREM', due, member) end
end

local function wait_again(member) turn(member, 'W', micros(since_of(member) + SEARCH_AGAIN)) end

local function deadline_of(proposal) return string.match(proposal, '^[^ ]+ [^ ]+ (%d+) ') end

local function is_decided(given) return given == 'aa' or string.find(given, 'd', 1, true) ~= nil end

local function remove(member)
  if redis.call('HGET', states, member) == 'W' then unstand(member) end
  redis.call('ZREM', due, member)
  redis.call('SREM', told, member)
  for _, key in ipairs({tickets, states, standing}) do redis.call('HDEL', key, member) end
end
