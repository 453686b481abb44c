-- load answers what a sender filters by: server, ok, epoch, floor, secret ('' for that of
-- the store's facts), tombstones….
local st = redis.call('HMGET', KEYS[1], 'epoch', 'floor', 'secret')
if not st[1] then return {server(), 'missing'} end
local answer = {server(), 'ok', st[1], st[2], st[3] or ''}
for i, tomb in ipairs(redis.call('SMEMBERS', prefix(KEYS[1]) .. 'tombs')) do answer[i + 5] = tomb end
return answer
