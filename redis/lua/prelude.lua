-- Shared by all scripts. A partition's keys are derived from its state key, which
-- is declared; they share its hash tag and so its slot.

-- server names the data's history: a master draws a new replication id when it starts and
-- when it is promoted, so that none comes back after data went back. A replica has its
-- master's, but what it says proves nothing. (The section with the run_id, which would
-- name the process, takes INFO three times as long.)
local function server()
  local info = redis.call('INFO', 'replication')
  return string.match(info, 'role:(%a+)') .. ' ' .. string.sub(string.match(info, 'master_replid:(%x+)'), 1, 32)
end

-- prefix cuts "state" from a partition's state key.
local function prefix(key) return string.sub(key, 1, -6) end

local function dayhash(p, day, bucket) return p .. 'd:' .. day .. ':' .. bucket end

-- bucketof is the bucket among split (a power of two) of a 32-bit hash: its top bits.
local function bucketof(hash, split) return math.floor(hash * split / 4294967296) end

-- tell appends an event to the feed. One that is larger than 4 entries leaves fewer in it:
-- all are taken for as large as the one that comes, which bounds the bytes without
-- counting them.
local function tell(p, gen, len, entries, ...)
  local events = math.floor(len * 8 / math.max(8, entries))
  redis.call('XADD', p .. 'feed', 'MAXLEN', '~', math.max(1, events), gen .. '-*', ...)
end

-- announce tells the feed the resulting states of a day: {id, span, …}, as one string
-- with zero bytes between them: ids have none, and spans one of two lengths. '' for no entry
-- may only be the last. At most 128 entries an event.
local function announce(p, gen, len, day, changed)
  for i = 1, #changed, 256 do
    local last = math.min(i + 255, #changed)
    tell(p, gen, len, last - i + 1, day, table.concat(changed, '\0', i, last))
  end
end

-- reset tells the feed's readers to read the partition afresh.
local function reset(p, gen, len)
  redis.call('XADD', p .. 'feed', 'MAXLEN', '~', len, gen .. '-*', 'reset', '')
end

-- tidy forgets a day without entries.
local function tidy(p, day, split)
  for b = 0, split - 1 do
    if redis.call('EXISTS', dayhash(p, day, b)) == 1 then return end
  end
  redis.call('HDEL', p .. 'days', day)
end

-- older is the field of an earlier correction of an employee: ids have no zero bytes.
local function older(id, seq) return id .. '\0' .. seq end

-- seqof is the Seq of a correction as form.go writes it; nil if it has another form. (No
-- history is so long that a script can't read it at once.)
local function seqof(value)
  local seq = #value >= 7 and string.byte(value) == 1 and struct.unpack('>I4', value, 2)
  if seq and seq >= 1 and seq <= 5000 then return seq end
end

-- history is all corrections of an employee in a day's hash, in their order; '' for one
-- that is lost.
local function history(h, id, newest, seq)
  local all, fields = {}, {}
  for n = 1, seq - 1 do fields[n] = older(id, n) end
  if seq > 1 then all = redis.call('HMGET', h, unpack(fields)) end
  for n = 1, seq - 1 do all[n] = all[n] or '' end
  all[seq] = newest
  return all
end
