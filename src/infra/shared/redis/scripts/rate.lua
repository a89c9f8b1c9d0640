-- GCRA: 0 if there is room for one more, else after how many microseconds to try again.
-- KEYS: arrival
-- ARGV: step and period in microseconds
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
local worn_off = math.max(arrival, now) + tonumber(ARGV[1])
local ahead = worn_off - now
if ahead > tonumber(ARGV[2]) then return string.format('%.0f', ahead - ARGV[2]) end
redis.call('SET', KEYS[1], string.format('%.0f', worn_off), 'PX', math.ceil(ahead / 1000))
return '0'
