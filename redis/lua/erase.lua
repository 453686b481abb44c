-- erase writes a tombstone, with a note that what lies in other slots isn't erased yet, and
-- removes all entries and corrections of an employee, also from the feed. ARGV: id, hash,
-- tombstone, epoch, feed length. Answers server, ok, removed entries.
local st = redis.call('HMGET', KEYS[1], 'epoch', 'gen')
if not st[1] then return {server(), 'missing'} end
local p, id, removed, cut = prefix(KEYS[1]), ARGV[1], 0, false
local new = redis.call('SADD', p .. 'tombs', ARGV[3]) == 1
redis.call('SADD', p .. 'erasing', id)
local days = redis.call('HGETALL', p .. 'days')
for i = 1, #days, 2 do
  local split = tonumber(days[i + 1])
  if redis.call('HDEL', dayhash(p, days[i], bucketof(tonumber(ARGV[2]), split)), id) == 1 then
    removed = removed + 1
    tidy(p, days[i], split)
  end
end
for _, day in ipairs(redis.call('ZRANGE', p .. 'cdays', 0, -1)) do
  local h = p .. 'c:' .. day
  if redis.call('HDEL', h, id) == 1 then
    for _, field in ipairs(redis.call('HKEYS', h)) do -- whatever its Seq says
      if string.sub(field, 1, #id + 1) == older(id, '') then redis.call('HDEL', h, field) end
    end
    if redis.call('EXISTS', h) == 0 then redis.call('ZREM', p .. 'cdays', day) end
    cut = true
  end
end
if new or cut or removed > 0 then
  redis.call('HSET', KEYS[1], 'epoch', ARGV[4])
  redis.call('XTRIM', p .. 'feed', 'MAXLEN', 0) -- unlike DEL it keeps the ids growing
  reset(p, st[2], ARGV[5])
end
return {server(), 'ok', tostring(removed)}
