-- fenced notes that all partitions are fenced for the version of the day rules in
-- force. ARGV: version.
if redis.call('HGET', KEYS[1], 'version') == ARGV[1] then redis.call('HSET', KEYS[1], 'fenced', ARGV[1]) end
return 'ok'
