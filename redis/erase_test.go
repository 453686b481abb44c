package redis_test

import (
	"testing"

	"timesheet"
	"timesheet/internal/redistest"
	"timesheet/redis"
)

// traces names the keys that have a text, in their name or in what they hold.
func traces(server *redistest.Server, text string) string {
	return server.Command("EVAL", `
local read = {hash = {'HGETALL'}, set = {'SMEMBERS'}, zset = {'ZRANGE', 0, -1}, stream = {'XRANGE', '-', '+'}, string = {'GET'}}
local found = ''
local function has(v)
  if type(v) ~= 'table' then return string.find(tostring(v), ARGV[1], 1, true) end
  for _, x in ipairs(v) do if has(x) then return true end end
end
for _, key in ipairs(redis.call('KEYS', '*')) do
  local how = read[redis.call('TYPE', key).ok]
  if has(key) or has(redis.call(how[1], key, unpack(how, 2))) then found = found .. ' ' .. key end
end
return found`, "0", text)
}

// leave puts something of each kind of e into s.
func leave(t *testing.T, s *redis.Store, e timesheet.EmployeeID) {
	t.Helper()
	correct(t, s, correction(e, oldDay)) // without an entry
	for range 3 {
		correct(t, s, correction(e, oldDay+1))
	}
	entry := entryOf(0, oldDay+1, 30_000)
	entry.Employee = e
	mergeAll(t, s, deltasOf([]timesheet.Entry{entry}, epochs(t, s)))
	r := rejected(7, 1, string(e))
	r[0].Seen = timesheet.Instant(oldDay) * 86_400_000
	reject(t, s, r)
	seal(t, s, oldMonth, []timesheet.Sealed{{Employee: e, Data: []byte("paid to " + e)}})
}

// TestErase_traces looks for the id in all that the server has.
func TestErase_traces(t *testing.T) {
	const id = "nobody-else"
	for name, forget := range map[string]func(*redis.Store) error{
		"an erasure": func(s *redis.Store) error { _, err := s.Erase(t.Context(), id); return err },
		"a purge":    func(s *redis.Store) error { _, err := s.Purge(t.Context(), newFloor); return err },
	} {
		t.Run(name, func(t *testing.T) {
			server := redistest.Start(t)
			s := open(t, quiet(server.URL()))
			fillUp(t, s)
			leave(t, s, id)
			if found := traces(server, id); found == "" {
				t.Error("nothing is found before")
			}
			if err := forget(s); err != nil {
				t.Fatal(err)
			}
			if found := traces(server, id); found != "" {
				t.Errorf("still in%s", found)
			}
		})
	}
}
