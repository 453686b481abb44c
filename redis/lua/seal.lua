-- seal keeps records of a series. KEYS: records, order. ARGV: {id, record}…, at most some
-- thousand. Answers ok.
local order = {}
for i = 1, #ARGV, 2 do order[i], order[i + 1] = 0, ARGV[i] end
redis.call('HSET', KEYS[1], unpack(ARGV))
redis.call('ZADD', KEYS[2], unpack(order))
return 'ok'
