-- rewind begins the next generation. KEYS: checkpoint. ARGV: expected generation,
-- next, settled, state, reason. Answers ok or generation.
if (redis.call('HGET', KEYS[1], 'generation') or '0') ~= ARGV[1] then return 'generation' end
redis.call('HSET', KEYS[1], 'generation', ARGV[2], 'settled', ARGV[3], 'state', ARGV[4], 'reason', ARGV[5])
return 'ok'
