-- init creates a partition unless it exists. ARGV: epoch, generation of the feed,
-- floor, version of the day rules, tombstones….
if redis.call('EXISTS', KEYS[1]) == 1 then return {server(), 'ok'} end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'gen', ARGV[2], 'floor', ARGV[3], 'purged', ARGV[3], 'rules', ARGV[4])
for i = 5, #ARGV do redis.call('SADD', prefix(KEYS[1]) .. 'tombs', ARGV[i]) end
return {server(), 'ok'}
