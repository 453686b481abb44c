-- meta creates the store's common facts unless they exist, and raises what may only
-- grow: the floor and, to restore it, the version of the day rules.
-- ARGV: partitions, secret, floor, version, rules. Answers all fields.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'schema', '1', 'partitions', ARGV[1], 'secret', ARGV[2],
    'floor', ARGV[3], 'version', '0', 'fenced', '0', 'rules', '')
end
local st = redis.call('HMGET', key, 'schema', 'floor', 'version')
if st[1] == '1' then
  if tonumber(st[2]) < tonumber(ARGV[3]) then redis.call('HSET', key, 'floor', ARGV[3]) end
  if tonumber(st[3]) < tonumber(ARGV[4]) then redis.call('HSET', key, 'version', ARGV[4], 'rules', ARGV[5]) end
end
return redis.call('HGETALL', key)
