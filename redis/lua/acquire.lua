-- acquire takes or renews a lease. KEYS: lease. ARGV: holder, nonce, milliseconds.
-- Answers holder and nonce of the one in force.
local st = redis.call('HMGET', KEYS[1], 'holder', 'nonce')
if st[2] and st[2] ~= ARGV[2] then return st end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'nonce', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {ARGV[1], ARGV[2]}
