-- correct appends a correction to the history of an employee's day. ARGV: id, tombstone,
-- day, the Seq expected ('' for any), the most there can be, feed length, key, and the
-- form after version and Seq. Answers server, ok, then new or same with the one that is kept,
-- or why there is none: gone, newest with its Seq, full, damaged.
local st = redis.call('HMGET', KEYS[1], 'gen', 'floor')
if not st[1] then return {server(), 'missing'} end
local id, tomb, day, expected, most, len, key, form = unpack(ARGV)
local p = prefix(KEYS[1])
if tonumber(day) < tonumber(st[2]) or redis.call('SISMEMBER', p .. 'tombs', tomb) == 1 then
  return {server(), 'ok', 'gone', ''}
end
local h = p .. 'c:' .. day
local newest, seq = redis.call('HGET', h, id), 0
if newest then
  seq = seqof(newest)
  if not seq then return {server(), 'ok', 'damaged', newest} end
  if key ~= '' then
    for _, value in ipairs(history(h, id, newest, seq)) do
      if seqof(value) and string.sub(value, 8, 7 + string.byte(value, 7)) == key then
        return {server(), 'ok', 'same', value}
      end
    end
  end
end
if expected ~= '' and expected ~= tostring(seq) then return {server(), 'ok', 'newest', tostring(seq)} end
if seq >= tonumber(most) then return {server(), 'ok', 'full', ''} end
local value = '\1' .. struct.pack('>I4', seq + 1) .. form
if newest then redis.call('HSET', h, older(id, seq), newest) end
redis.call('HSET', h, id, value)
redis.call('ZADD', p .. 'cdays', day, day)
-- An instance that knows no corrections reads a reset. An entry takes some 20 bytes.
tell(p, st[1], len, #value / 20, 'reset', day, id, value)
return {server(), 'ok', 'new', value}
