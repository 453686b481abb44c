-- corrected answers server, ok, complete (1 or 0), then {day, field, correction}…: whole
-- days, until there are limit employees beside the first day's. ARGV: the day that isn't
-- counted, first day, last day, limit, and 1 for whole histories or '' for the newest
-- that isn't withdrawn.
if redis.call('EXISTS', KEYS[1]) == 0 then return {server(), 'missing'} end
local p, answer = prefix(KEYS[1]), {server(), 'ok', '1'}
local n, limit, whole = 0, tonumber(ARGV[4]), ARGV[5] == '1'
for _, day in ipairs(redis.call('ZRANGEBYSCORE', p .. 'cdays', ARGV[2], ARGV[3])) do
  if n >= limit then
    answer[3] = '0'
    break
  end
  local all = redis.call('HGETALL', p .. 'c:' .. day)
  for i = 1, #all, 2 do
    local newest = not string.find(all[i], '\0', 1, true)
    -- byte 6 is 1 for a withdrawn one
    if whole or newest and string.byte(all[i + 1], 6) ~= 1 then
      local k = #answer
      answer[k + 1], answer[k + 2], answer[k + 3] = day, all[i], all[i + 1]
      if newest and day ~= ARGV[1] then n = n + 1 end
    end
  end
end
return answer
