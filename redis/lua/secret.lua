-- secret replaces the secret of the tombstones. KEYS: meta. ARGV: expected, new. Answers the
-- one in force.
local secret = redis.call('HGET', KEYS[1], 'secret')
if secret ~= ARGV[1] then return secret end
redis.call('HSET', KEYS[1], 'secret', ARGV[2])
return ARGV[2]
