-- advance stores a checkpoint. KEYS: checkpoint, lease. ARGV: nonce, generation,
-- settled (big-endian, biased), state. Answers ok, or what another holds: lease,
-- generation, settled.
if redis.call('HGET', KEYS[2], 'nonce') ~= ARGV[1] then return 'lease' end
local st = redis.call('HMGET', KEYS[1], 'generation', 'settled')
if (st[1] or '0') ~= ARGV[2] then return 'generation' end
local a, b = struct.unpack('>I4I4', st[2] or '\128\0\0\0\0\0\0\0') -- zero, biased
local c, d = struct.unpack('>I4I4', ARGV[3])
if c < a or c == a and d < b then return 'settled' end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'settled', ARGV[3], 'state', ARGV[4])
return 'ok'
