-- unseal drops a series; what it takes to free it is left to another thread. KEYS: records,
-- order. Answers ok.
redis.call('UNLINK', KEYS[1], KEYS[2])
return 'ok'
