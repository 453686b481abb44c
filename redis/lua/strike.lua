-- strike removes the records of employees from a series. KEYS: records, order. ARGV: ids….
-- Answers ok.
redis.call('HDEL', KEYS[1], unpack(ARGV))
redis.call('ZREM', KEYS[2], unpack(ARGV))
return 'ok'
