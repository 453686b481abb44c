-- replace changes entries from exactly old to exactly new. ARGV: epoch, feed length,
-- then {id, hash, tombstone, day, old, new}…; '' stands for no entry. Answers
-- server, ok, then 1 (applied) or 0 (another entry) for each.
local st = redis.call('HMGET', KEYS[1], 'epoch', 'gen', 'floor', 'width')
if not st[1] then return {server(), 'missing'} end
local p, answer, minted = prefix(KEYS[1]), {server(), 'ok'}, false
for at = 3, #ARGV, 6 do
  local id, hash, tomb, day, old, new = unpack(ARGV, at, at + 5)
  if tonumber(day) < tonumber(st[3]) or redis.call('SISMEMBER', p .. 'tombs', tomb) == 1 then new = '' end
  local split = tonumber(redis.call('HGET', p .. 'days', day) or 0)
  local into = math.max(split, 1)
  if split == 0 then into = tonumber(st[4] or 1) end
  local h = dayhash(p, day, bucketof(tonumber(hash), into))
  local cur = redis.call('HGET', h, id) or ''
  if cur == old and cur ~= new then
    if not minted then
      redis.call('HSET', KEYS[1], 'epoch', ARGV[1])
      minted = true
    end
    if new == '' then
      redis.call('HDEL', h, id)
      tidy(p, day, into)
    else
      if split == 0 then redis.call('HSET', p .. 'days', day, into) end
      redis.call('HSET', h, id, new)
    end
    announce(p, st[2], ARGV[2], day, {id, new})
  end
  answer[#answer + 1] = cur == old and '1' or '0'
end
return answer
