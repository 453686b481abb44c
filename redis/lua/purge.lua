-- purge raises the floor and removes days before it, some 2,000 hashes a call.
-- ARGV: floor, epoch, feed length. Answers server, ok, removed, more (1 or 0).
local st = redis.call('HMGET', KEYS[1], 'epoch', 'gen', 'floor')
if not st[1] then return {server(), 'missing'} end
local p, floor, removed, hashes, doomed = prefix(KEYS[1]), tonumber(ARGV[1]), 0, 0, {}
if tonumber(st[3]) > floor then floor = tonumber(st[3]) end
local days = redis.call('HGETALL', p .. 'days')
for i = 1, #days, 2 do
  if tonumber(days[i]) < floor then doomed[#doomed + 1], doomed[#doomed + 2] = days[i], tonumber(days[i + 1]) end
end
if #doomed == 0 and tonumber(st[3]) == floor then return {server(), 'ok', '0', '0'} end
redis.call('HSET', KEYS[1], 'floor', floor, 'epoch', ARGV[2])
local i = 1
while i <= #doomed and hashes < 2000 do
  for b = 0, doomed[i + 1] - 1 do
    local h = dayhash(p, doomed[i], b)
    removed, hashes = removed + redis.call('HLEN', h), hashes + 1
    redis.call('UNLINK', h)
  end
  redis.call('HDEL', p .. 'days', doomed[i])
  i = i + 2
end
if removed > 0 then reset(p, st[2], ARGV[3]) end
return {server(), 'ok', tostring(removed), i <= #doomed and '1' or '0'}
