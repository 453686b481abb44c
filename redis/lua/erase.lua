-- erase writes a tombstone and removes all entries of an employee, also from the
-- feed. ARGV: id, hash, tombstone, epoch, feed length. Answers server, ok, removed.
local st = redis.call('HMGET', KEYS[1], 'epoch', 'gen')
if not st[1] then return {server(), 'missing'} end
local p, removed = prefix(KEYS[1]), 0
local new = redis.call('SADD', p .. 'tombs', ARGV[3]) == 1
local days = redis.call('HGETALL', p .. 'days')
for i = 1, #days, 2 do
  local split = tonumber(days[i + 1])
  if redis.call('HDEL', dayhash(p, days[i], bucketof(tonumber(ARGV[2]), split)), ARGV[1]) == 1 then
    removed = removed + 1
    tidy(p, days[i], split)
  end
end
if new or removed > 0 then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[4])
  redis.call('XTRIM', p .. 'feed', 'MAXLEN', 0) -- unlike DEL it keeps the ids growing
  reset(p, st[2], ARGV[5])
end
return {server(), 'ok', tostring(removed)}
