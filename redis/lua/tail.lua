-- tail answers server, ok, the feed's generation, its last id, then the events from
-- a place on, at most count. ARGV: begin of the range ('' for none), count.
local gen = redis.call('HGET', KEYS[1], 'gen')
if not gen then return {server(), 'missing'} end
local feed, answer = prefix(KEYS[1]) .. 'feed', {server(), 'ok', gen, ''}
if redis.call('EXISTS', feed) == 1 then
  local about = redis.call('XINFO', 'STREAM', feed)
  for i = 1, #about, 2 do
    if about[i] == 'last-generated-id' then answer[4] = about[i + 1] end
  end
  if ARGV[1] ~= '' then answer[5] = redis.call('XRANGE', feed, ARGV[1], '+', 'COUNT', ARGV[2]) end
end
return answer
