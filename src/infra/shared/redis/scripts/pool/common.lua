-- The waiting pool: what every script of it begins with.
--
-- tickets   hash: member -> 'id since revision contents'; since has 16 digits
-- states    hash: member -> 'W' waits | 'L since' lost | 'S until' pauses | 'P proposal' is proposed
-- waiting   sorted set by since: members who wait
-- told      set: members who were told that it takes long
-- due       sorted set by time: members whose ticket is to be looked at then
-- proposals hash: proposal -> 'low high deadline see_until contents'
-- answers   hash: proposal -> of low and high: '-' nothing yet, 's' has seen it, 'a' accepts, 'd' declines
-- late      sorted set by time: proposals that somebody must see to then
-- changes   stream: who came to wait (member, ticket) and who does not wait any more (member, why: 'found', 'gone' or
--           'lost'), for the copies that matchers search in
local tickets, states, waiting, told, due = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local proposals, answers, late, changes = KEYS[6], KEYS[7], KEYS[8], KEYS[9]

-- Seconds as microseconds.
local SEARCH_AGAIN, SEEN_TO_WITHIN, SHOW_AGAIN, FEW = 5000000, 2000000, 1000000, 512
-- A copy that is further behind than this is made anew.
local CHANGES_KEPT = 20000

local function micros(number) return string.format('%.0f', number) end

local function ticket_of(member) return redis.call('HGET', tickets, member) end

local function since_of(member) return string.match(ticket_of(member), '^[^ ]+ (%d+) ') end

local function note(member, what, contents)
  redis.call('XADD', changes, 'MAXLEN', '~', CHANGES_KEPT, '*', 'member', member, what, contents)
end

local function stand(member)
  redis.call('ZADD', waiting, since_of(member), member)
  note(member, 'ticket', ticket_of(member))
end

local function unstand(member, why)
  redis.call('ZREM', waiting, member)
  note(member, 'why', why)
end

-- Moves a ticket to another state, to be looked at again then (or not, without a time).
local function turn(member, state, again, why)
  local was = redis.call('HGET', states, member) == 'W'
  if was and state ~= 'W' then unstand(member, why) end
  redis.call('HSET', states, member, state)
  if state == 'W' and not was then stand(member) end
  if again then redis.call('ZADD', due, again, member) else redis.call('ZREM', due, member) end
end

local function wait_again(member) turn(member, 'W', micros(since_of(member) + SEARCH_AGAIN)) end

-- Keys that were empty when somebody joined last have no life yet.
local function live_on(life)
  for i = 1, 9 do redis.call('PEXPIRE', KEYS[i], life) end
end

local function is_decided(given) return given == 'aa' or string.find(given, 'd', 1, true) ~= nil end

local function remove(member)
  if redis.call('HGET', states, member) == 'W' then unstand(member, 'gone') end
  redis.call('ZREM', due, member)
  redis.call('SREM', told, member)
  for _, key in ipairs({tickets, states}) do redis.call('HDEL', key, member) end
end
