-- seal keeps records of a series. KEYS: records, order. ARGV: {id, record}…. Answers ok.
for i = 1, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('ZADD', KEYS[2], 0, ARGV[i])
end
return 'ok'
