-- bury takes over tombstones, and says by which secret all are. ARGV: epoch, secret,
-- tombstones…. Answers server, ok.
local st = redis.call('HMGET', KEYS[1], 'epoch', 'secret')
if not st[1] then return {server(), 'missing'} end
local added = 0
for i = 3, #ARGV do added = added + redis.call('SADD', prefix(KEYS[1]) .. 'tombs', ARGV[i]) end
if added > 0 or st[2] ~= ARGV[2] then redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'secret', ARGV[2]) end
return {server(), 'ok'}
