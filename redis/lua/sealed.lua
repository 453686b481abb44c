-- sealed answers more (1 or 0), then {id, record}… in the order of ids, at most some 4 MB.
-- KEYS: records, order. ARGV: after, limit.
local from = ARGV[1] == '' and '-' or '(' .. ARGV[1]
local answer, bytes = {'0'}, 0
for _, id in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], from, '+', 'LIMIT', 0, ARGV[2])) do
  if bytes > 4194304 then
    answer[1] = '1'
    break
  end
  local record = redis.call('HGET', KEYS[1], id) or ''
  bytes = bytes + #record
  answer[#answer + 1], answer[#answer + 2] = id, record
end
return answer
