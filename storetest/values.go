package storetest

import (
	"fmt"
	"strings"
	"time"

	"timesheet"
)

// monday is the day of entries where the day doesn't matter: 2026-11-23.
const monday timesheet.Day = 20780

// at is so long after 00:00 UTC of d.
func at(d timesheet.Day, after time.Duration) timesheet.Instant {
	return timesheet.Instant(d)*86_400_000 + timesheet.Instant(after.Milliseconds())
}

// entry is e's entry on d between two hours UTC.
func entry(e timesheet.EmployeeID, d timesheet.Day, from, to int) timesheet.Entry {
	return timesheet.Entry{
		Employee: e, Day: d,
		Earliest: at(d, time.Duration(from)*time.Hour),
		Latest:   at(d, time.Duration(to)*time.Hour),
	}
}

func flagged(e timesheet.Entry, f timesheet.Flags) timesheet.Entry {
	e.Flags = f
	return e
}

// oddIDs are ids that a store could confuse: separators of keys and cluster slots,
// wildcards and escapes, prefixes of one another, case, numbers, long ones.
func oddIDs() []timesheet.EmployeeID {
	ids := []timesheet.EmployeeID{
		"7", "07", "007", "7.0", "-1", "0", "a", "A", "aa", "a:", ":", "::", "a:b", "a b", "a  b",
		"{}", "{", "}", "a{b}", "{a}b", "{0}", "%", "%s", "%00", "%2F", "*", "?", "[a]", "a*", "\\", "\\x00", "\\n",
		"'", "\"", "`", "$1", "/", "..", "../a", "a/b", "#", "~", "!", "nil", "null", "true", "ts:1:meta", "epoch",
		"ü", "u\u0308", "é", "ÿ", "ß", "日本", "😀", "한", "İ", "ı",
	}
	for _, last := range []string{"x", "y", "é"} {
		ids = append(ids, timesheet.EmployeeID(strings.Repeat("x", timesheet.MaxEmployeeID-len(last))+last))
	}
	return append(ids, timesheet.EmployeeID(strings.Repeat("😀", timesheet.MaxEmployeeID/4)))
}

// edges are the farthest entries that can be stored of e: both ends of the days and
// of a day's times, points and wide spans, with all combinations of flags.
func edges(e timesheet.EmployeeID) []timesheet.Entry {
	const reach = 4 * 24 * time.Hour
	var all []timesheet.Entry
	spans := [][2]time.Duration{
		{-reach, reach}, {-reach, -reach}, {reach, reach}, {0, 0}, {-time.Millisecond, 0}, {0, time.Millisecond},
		{8 * time.Hour, 16*time.Hour + 59*time.Minute + 59*time.Second + 999*time.Millisecond}, {255, 256},
	}
	day := timesheet.FirstDay
	for i, s := range spans {
		flags := timesheet.Flags(i) // 0 to 7: all that there are
		all = append(all, timesheet.Entry{Employee: e, Day: day, Flags: flags, Earliest: at(day, s[0]), Latest: at(day, s[1])})
		if i == len(spans)/2 {
			day = timesheet.LastDay - timesheet.Day(len(spans))
		}
		day++
	}
	last := timesheet.LastDay
	return append(all, timesheet.Entry{Employee: e, Day: last, Flags: timesheet.Direct, Earliest: at(last, -reach), Latest: at(last, reach)})
}

// unstorable are entries that Validate refuses, each like good in all else.
func unstorable(good timesheet.Entry) map[string]timesheet.Entry {
	with := func(change func(*timesheet.Entry)) timesheet.Entry {
		e := good
		change(&e)
		return e
	}
	moved := func(d timesheet.Day) timesheet.Entry { return entry(good.Employee, d, 8, 9) }
	return map[string]timesheet.Entry{
		"earliest after latest": with(func(e *timesheet.Entry) { e.Earliest = e.Latest + 1 }),
		"day too early":         moved(timesheet.FirstDay - 1),
		"day too late":          moved(timesheet.LastDay + 1),
		"far from its day":      with(func(e *timesheet.Entry) { e.Latest = at(e.Day, 4*24*time.Hour) + 1 }),
		"long before its day":   with(func(e *timesheet.Entry) { e.Earliest = at(e.Day, -4*24*time.Hour) - 1 }),
		"unknown flags":         with(func(e *timesheet.Entry) { e.Flags = 0x80 }),
		"zero":                  {},
	}
}

// badIDs are no employee ids.
func badIDs() []timesheet.EmployeeID {
	return []timesheet.EmployeeID{
		"", " ", " 7", "7 ", "\x00", "a\x00b", "a\nb", "a\tb", "\x7f", "\xff", "a\xc3",
		timesheet.EmployeeID(strings.Repeat("x", timesheet.MaxEmployeeID+1)),
	}
}

// ofPartition are n employees of partition p among partitions.
func ofPartition(p timesheet.Partition, partitions, n int, prefix string) []timesheet.EmployeeID {
	var ids []timesheet.EmployeeID
	for i := 0; len(ids) < n; i++ {
		id := timesheet.EmployeeID(fmt.Sprintf("%s%d", prefix, i))
		if timesheet.PartitionOf(id, partitions) == p {
			ids = append(ids, id)
		}
	}
	return ids
}

// spread are n employees of n different partitions, 0 to n-1.
func spread(partitions, n int, prefix string) []timesheet.EmployeeID {
	ids := make([]timesheet.EmployeeID, 0, n)
	for p := range n {
		ids = append(ids, ofPartition(timesheet.Partition(p), partitions, 1, prefix)...)
	}
	return ids
}

func byKey(es []timesheet.Entry) map[Key]timesheet.Entry {
	all := make(map[Key]timesheet.Entry, len(es))
	for _, e := range es {
		all[KeyOf(e)] = e
	}
	return all
}
