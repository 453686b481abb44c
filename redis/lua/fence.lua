-- fence gives the partition a new epoch, once for each version of the day rules.
-- ARGV: version, epoch.
local st = redis.call('HMGET', KEYS[1], 'epoch', 'rules')
if not st[1] then return {server(), 'missing'} end
if tonumber(st[2]) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'rules', ARGV[1])
end
return {server(), 'ok'}
