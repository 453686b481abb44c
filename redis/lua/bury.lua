-- bury takes over tombstones, and says by which secret all are. ARGV: epoch, secret, at most
-- some thousand tombstones…. Answers server, ok.
local st = redis.call('HMGET', KEYS[1], 'epoch', 'secret')
if not st[1] then return {server(), 'missing'} end
local added = #ARGV > 2 and redis.call('SADD', prefix(KEYS[1]) .. 'tombs', unpack(ARGV, 3)) or 0
if added > 0 or st[2] ~= ARGV[2] then redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'secret', ARGV[2]) end
return {server(), 'ok'}
