-- merge joins deltas into partitions.
-- KEYS: state keys. ARGV: fields of a hash at most, feed length, then for each key: epoch, days, groups, arguments that follow; {day, split} × days;
-- {day, bucket, n, ids × n, spans × n} × groups.
-- Answers the server, then for each key one of: {ok, epoch, {day, split}…},
-- {stale, epoch}, {split, epoch, {day, split}…}, {missing}, {error, text}.
local max, len = tonumber(ARGV[1]), ARGV[2]
local call, sub, times, unpack, ARGV = redis.call, string.sub, struct.unpack, unpack, ARGV

-- unite is the join of two spans. Numbers are compared: Lua compares strings by locale.
local function unite(a, b)
  local a1, a2 = times('>I4I4', a)
  local b1, b2 = times('>I4I4', b)
  local tail, other = sub(a, 9), sub(b, 9)
  if tail ~= other then -- flags, which only what follows is for
    tail = string.char(bit.bor(string.byte(tail) or 0, string.byte(other) or 0))
  elseif b1 >= a1 and b2 <= a2 then
    return a
  elseif a1 >= b1 and a2 <= b2 then
    return b
  end
  return sub(b1 < a1 and b or a, 1, 4) .. sub(b2 > a2 and b or a, 5, 8) .. tail
end

-- join joins n entries into a hash, appends what changed to news, and answers whether
-- the hash grew.
local function join(hash, at, n, news)
  local have = call('HMGET', hash, unpack(ARGV, at, at + n - 1))
  local changed, k, all, grew = {}, 0, #news, false
  for i = 1, n do
    local cur, new = have[i], ARGV[at + n + i - 1]
    if not cur then
      grew = true
    elseif cur ~= new then
      new = unite(cur, new)
    end
    if cur ~= new then
      local id = ARGV[at + i - 1]
      changed[k + 1], changed[k + 2] = id, new
      news[all + k + 1], news[all + k + 2] = id, new
      k = k + 2
    end
  end
  if k > 0 then call('HSET', hash, unpack(changed)) end
  return grew
end

-- resplit moves a day into more hashes, so that one with `fields` fits again: from
-- the last bucket down, so that nothing is moved twice.
local function resplit(p, key, day, split, fields)
  local to = split
  repeat
    to, fields = to * 2, fields / 2
  until fields <= max
  for b = split - 1, 0, -1 do
    local all, parts = call('HGETALL', dayhash(p, day, b)), {}
    call('DEL', dayhash(p, day, b))
    for i = 1, #all, 2 do
      local n = bucketof(tonumber(string.sub(redis.sha1hex(all[i]), 1, 8), 16), to)
      local part = parts[n] or {}
      parts[n] = part
      part[#part + 1], part[#part + 2] = all[i], all[i + 1]
    end
    for n, part in pairs(parts) do
      for i = 1, #part, 2000 do
        call('HSET', dayhash(p, day, n), unpack(part, i, math.min(i + 1999, #part)))
      end
    end
  end
  call('HSET', p .. 'days', day, to)
  if to > tonumber(call('HGET', key, 'width') or 1) then call('HSET', key, 'width', to) end
  return to
end

-- splits answers the days whose split isn't the sender's, and those that exist.
-- A day that has none yet gets that of the widest day so far.
local function splits(p, at, days, width)
  local names, wrong, known = {}, {}, {}
  for i = 1, days do names[i] = ARGV[at + 2 * i - 2] end
  local have = call('HMGET', p .. 'days', unpack(names))
  for i = 1, days do
    known[names[i]] = have[i]
    local want = have[i] or width or '1'
    if want ~= ARGV[at + 2 * i - 1] then
      wrong[#wrong + 1], wrong[#wrong + 2] = names[i], want
    end
  end
  return wrong, known
end

local function merge(key, at, epoch, days, groups)
  local st = call('HMGET', key, 'epoch', 'gen', 'width')
  if not st[1] then return {'missing'} end
  if groups == 0 then return {'ok', st[1]} end
  if st[1] ~= epoch then return {'stale', st[1]} end
  local p = prefix(key)
  local wrong, known = splits(p, at, days, st[3])
  if #wrong > 0 then return {'split', epoch, unpack(wrong)} end
  local width = {}
  for i = 1, days do
    local day, split = ARGV[at + 2 * i - 2], ARGV[at + 2 * i - 1]
    width[day] = tonumber(split)
    if not known[day] then call('HSET', p .. 'days', day, split) end
  end
  local answer, full = {'ok', epoch}, {}
  at = at + 2 * days
  local today, news -- groups come day by day, and a day's changes are one event
  for g = 1, groups do
    local day, n = ARGV[at], tonumber(ARGV[at + 2])
    if day ~= today then
      if today then announce(p, st[2], len, today, news) end
      today, news = day, {}
    end
    local hash = dayhash(p, day, ARGV[at + 1])
    if join(hash, at + 3, n, news) then
      local fields = call('HLEN', hash)
      if fields > max and fields > (full[day] or 0) then full[day] = fields end
    end
    at = at + 3 + 2 * n
  end
  announce(p, st[2], len, today, news)
  for day, fields in pairs(full) do
    answer[#answer + 1] = day
    answer[#answer + 1] = tostring(resplit(p, key, day, width[day], fields))
  end
  return answer
end

-- doubt tells the feed of a merge that failed after it had maybe changed something.
local function doubt(key)
  local gen = call('HGET', key, 'gen')
  if gen then reset(prefix(key), gen, len) end
end

local answers, at = {server()}, 3
for i = 1, #KEYS do
  local ok, answer = pcall(merge, KEYS[i], at + 4, ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]))
  if not ok then
    pcall(doubt, KEYS[i])
    answer = {'error', type(answer) == 'table' and answer.err or tostring(answer)}
  end
  answers[i + 1] = answer
  at = at + 4 + tonumber(ARGV[at + 3])
end
return answers
