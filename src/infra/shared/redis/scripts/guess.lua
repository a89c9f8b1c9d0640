-- Guesses at a secret: tries left, -1 if it is gone, -2 if the guess is right (and the secret used up).
-- KEYS: secret
-- ARGV: guess
local secret = redis.call('HGET', KEYS[1], 'secret')
if not secret then return -1 end
if secret == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return -2
end
local left = redis.call('HINCRBY', KEYS[1], 'tries', -1)
if left <= 0 then redis.call('DEL', KEYS[1]) end
return left
