-- forget removes the rejected rows of an employee ('' for nobody), and those first
-- seen before a time. KEYS: rejected. ARGV: employee, time (big-endian, biased).
-- Answers ok.
local hi, lo = struct.unpack('>I4I4', ARGV[2])
for _, row in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local n, a, b = struct.unpack('>BI4I4', row, 9) -- see appendRejected
  local employee = string.match(string.sub(row, 18, 17 + n), '^ *(.-) *$')
  if a < hi or a == hi and b < lo or ARGV[1] ~= '' and employee == ARGV[1] then
    redis.call('ZREM', KEYS[1], row)
  end
end
return 'ok'
