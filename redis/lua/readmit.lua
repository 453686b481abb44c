-- readmit forgets a rejected row. KEYS: rejected. ARGV: id. Answers how many went, 1 or 0.
return redis.call('ZREMRANGEBYLEX', KEYS[1], '[' .. ARGV[1], '[' .. ARGV[1] .. '\255')
