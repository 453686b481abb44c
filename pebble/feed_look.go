package pebble

import "timesheet"

// look reads what t's key holds now.
func (f *feed) look(t touched) (timesheet.Change, error) {
	if t.key[0] == kindCorrection {
		return f.lookCorrection(t)
	}
	day, e, err := parseEntryKey([]byte(t.key))
	if err != nil {
		return timesheet.Change{}, err
	}
	entry, err := f.store.entry(e, day)
	if entry.IsZero() {
		return timesheet.Change{Kind: timesheet.Removed, Partition: t.partition, Entry: timesheet.Entry{Employee: e, Day: day}}, err
	}
	return timesheet.Change{Kind: timesheet.Set, Partition: t.partition, Entry: entry}, err
}

// lookCorrection reads the newest correction of a history, whose key is its lower bound.
func (f *feed) lookCorrection(t touched) (timesheet.Change, error) {
	key := []byte(t.key)
	day, e := dayOf(key), timesheet.EmployeeID(key[entryHead:len(key)-1])
	c, err := f.store.newest(day, e)
	if c.Seq == 0 { // purged or erased since, which is told next
		return timesheet.Change{Kind: timesheet.Reset, Partition: t.partition}, err
	}
	return timesheet.Change{
		Kind: timesheet.Corrected, Partition: t.partition, Entry: timesheet.Entry{Employee: e, Day: day}, Correction: &c,
	}, err
}
