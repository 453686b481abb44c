-- purge raises the floor and removes days before it, some 2,000 hashes a call; purged is the
-- floor that this is done for. ARGV: floor, epoch, feed length. Answers server, ok, removed
-- entries, more (1 or 0).
local st = redis.call('HMGET', KEYS[1], 'epoch', 'gen', 'floor', 'purged')
if not st[1] then return {server(), 'missing'} end
local p, floor, removed, hashes, doomed = prefix(KEYS[1]), tonumber(ARGV[1]), 0, 0, {}
if tonumber(st[3]) > floor then floor = tonumber(st[3]) end
local days = redis.call('HGETALL', p .. 'days')
for i = 1, #days, 2 do
  if tonumber(days[i]) < floor then doomed[#doomed + 1], doomed[#doomed + 2] = days[i], tonumber(days[i + 1]) end
end
local corrected = redis.call('ZRANGEBYSCORE', p .. 'cdays', '-inf', '(' .. floor)
local any = #doomed + #corrected > 0
if any or tonumber(st[3]) < floor then redis.call('HSET', KEYS[1], 'floor', floor, 'epoch', ARGV[2]) end
local i, k = 1, 1
while i <= #doomed and hashes < 2000 do
  for b = 0, doomed[i + 1] - 1 do
    local h = dayhash(p, doomed[i], b)
    removed, hashes = removed + redis.call('HLEN', h), hashes + 1
    redis.call('UNLINK', h)
  end
  redis.call('HDEL', p .. 'days', doomed[i])
  i = i + 2
end
while k <= #corrected and hashes < 2000 do
  redis.call('UNLINK', p .. 'c:' .. corrected[k])
  redis.call('ZREM', p .. 'cdays', corrected[k])
  hashes, k = hashes + 1, k + 1
end
if any then
  redis.call('XTRIM', p .. 'feed', 'MAXLEN', 0) -- all must read afresh, and it has those days too
  reset(p, st[2], ARGV[3])
end
local more = i <= #doomed or k <= #corrected
if not more and st[4] ~= tostring(floor) then redis.call('HSET', KEYS[1], 'purged', floor) end
return {server(), 'ok', tostring(removed), more and '1' or '0'}
