-- board answers server, ok, complete (1 or 0), then {id, span}… of a day: whole
-- hashes from that of a hash value on, until there are limit entries beside the
-- first one's. ARGV: day, hash value, limit.
if redis.call('EXISTS', KEYS[1]) == 0 then return {server(), 'missing'} end
local p, answer = prefix(KEYS[1]), {server(), 'ok', '1'}
local split = tonumber(redis.call('HGET', p .. 'days', ARGV[1]) or 0)
local first, limit, n = bucketof(tonumber(ARGV[2]), split), 2 * tonumber(ARGV[3]), 0
for b = first, split - 1 do
  if n >= limit then
    answer[3] = '0'
    break
  end
  local all = redis.call('HGETALL', dayhash(p, ARGV[1], b))
  for i = 1, #all do answer[#answer + 1] = all[i] end
  if b > first then n = n + #all end
end
return answer
