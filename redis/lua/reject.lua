-- reject keeps rows aside that aren't yet, and drops the lowest ids beyond the bound.
-- KEYS: rejected, dropped. ARGV: the bound, then the rows, whose first 8 bytes are the
-- id and whose ninth is below 255. Answers ok.
for i = 2, #ARGV do
  local id = '[' .. string.sub(ARGV[i], 1, 8)
  if #redis.call('ZRANGEBYLEX', KEYS[1], id, id .. '\255', 'LIMIT', 0, 1) == 0 then
    redis.call('ZADD', KEYS[1], 0, ARGV[i])
  end
end
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[1])
if over > 0 then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over - 1)
  redis.call('INCRBY', KEYS[2], over)
end
return 'ok'
