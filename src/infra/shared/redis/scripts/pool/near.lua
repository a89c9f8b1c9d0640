-- Tickets that wait near a place, longest waiting first.
-- ARGV: latitude, longitude, after ('since|member', or ''), limit, groups that suit, then spot and reach in km ('' for
-- any) of each
local RADIUS = 6371.0088
-- Places are told apart by centimetres; the exact rule is the caller's.
local SLACK = 0.001
local latitude, longitude, after, limit = math.rad(ARGV[1]), math.rad(ARGV[2]), ARGV[3], tonumber(ARGV[4])

local function distance(place)
  local north, east = string.match(place, '^(.-),(.*)$')
  north, east = math.rad(north), math.rad(east)
  local chord = math.sin((north - latitude) / 2) ^ 2
    + math.cos(north) * math.cos(latitude) * math.sin((east - longitude) / 2) ^ 2
  return 2 * RADIUS * math.asin(math.sqrt(math.min(chord, 1)))
end

-- A line is what stands in one place of one spot and is of one group. Its entries have a common beginning.
local function of_line(line, count)
  local from = after == '' and '[' .. line or '(' .. line .. after
  return redis.call('ZRANGEBYLEX', index, from, '(' .. line .. '~', 'LIMIT', 0, count)
end

local heads = {}
for i = 6, #ARGV, 2 do
  local spot, reach = ARGV[i] .. '|', tonumber(ARGV[i + 1])
  local from = '[' .. spot
  while true do
    local first = redis.call('ZRANGEBYLEX', index, from, '(' .. spot .. '~', 'LIMIT', 0, 1)[1]
    if not first then break end
    local place, group = string.match(first, '^[^|]*|([^|]*),(%a%a)|')
    local line = spot .. place .. ',' .. group .. '|'
    local suits = string.find(ARGV[5], group, 1, true)
    if suits and (not reach or distance(place) <= reach + SLACK) then
      local head = after == '' and first or of_line(line, 1)[1]
      if head then heads[#heads + 1] = {string.sub(head, #line + 1), line} end
    end
    from = '[' .. line .. '~'
  end
end

-- The oldest of all stand in the lines with the oldest heads.
local function by_age(one, other) return one[1] < other[1] end
table.sort(heads, by_age)
local found = {}
for i = 1, math.min(#heads, limit) do
  local line = heads[i][2]
  for _, entry in ipairs(of_line(line, limit)) do found[#found + 1] = string.sub(entry, #line + 1) end
end
table.sort(found)
local near = {}
for i = 1, math.min(#found, limit) do
  local member = string.match(found[i], '|(.*)$')
  near[#near + 1] = member
  near[#near + 1] = ticket_of(member)
end
return near
