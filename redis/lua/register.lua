-- register notes the name of a source. KEYS: sources. ARGV: name. Answers ok.
redis.call('SADD', KEYS[1], ARGV[1])
return 'ok'
