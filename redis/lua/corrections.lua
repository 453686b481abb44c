-- corrections answers server, ok, then {day, correction}… of an employee, a day's in their
-- order. ARGV: id, first day, last day.
if redis.call('EXISTS', KEYS[1]) == 0 then return {server(), 'missing'} end
local p, answer = prefix(KEYS[1]), {server(), 'ok'}
for _, day in ipairs(redis.call('ZRANGEBYSCORE', p .. 'cdays', ARGV[2], ARGV[3])) do
  local h = p .. 'c:' .. day
  local newest = redis.call('HGET', h, ARGV[1])
  if newest then
    for _, value in ipairs(history(h, ARGV[1], newest, seqof(newest) or 1)) do
      answer[#answer + 1], answer[#answer + 2] = day, value
    end
  end
end
return answer
