-- range answers server, ok, then {day, span}… of an employee, in any order.
-- ARGV: id, hash, first day, last day, then either all days between them or none.
if redis.call('EXISTS', KEYS[1]) == 0 then return {server(), 'missing'} end
local p, from, to, answer = prefix(KEYS[1]), tonumber(ARGV[3]), tonumber(ARGV[4]), {server(), 'ok'}
local days = {}
if #ARGV > 4 then -- a short range needn't read all days
  local splits = redis.call('HMGET', p .. 'days', unpack(ARGV, 5))
  for i = 1, #splits do
    if splits[i] then days[#days + 1], days[#days + 2] = ARGV[4 + i], splits[i] end
  end
else
  days = redis.call('HGETALL', p .. 'days')
end
for i = 1, #days, 2 do
  local day = tonumber(days[i])
  if day >= from and day <= to then
    local h = dayhash(p, days[i], bucketof(tonumber(ARGV[2]), tonumber(days[i + 1])))
    local span = redis.call('HGET', h, ARGV[1])
    if span then answer[#answer + 1], answer[#answer + 2] = days[i], span end
  end
end
return answer
