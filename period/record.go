package period

import (
	"encoding/json"
	"fmt"

	"timesheet"
)

// record is what is sealed of one person: all that the month's answers show, by value.
// Its form is JSON behind a byte that tells its version, compressed.
type record struct {
	Places []placeForm   `json:"places"` // ascending; the first holds from the start
	Who    []whoForm     `json:"who"`    // ascending; the first holds from the start
	First  timesheet.Day `json:"first"`  // of Days
	Days   []dayForm     `json:"days"`   // the month's, and those before it that its weeks need
	Weeks  []weekForm    `json:"weeks"`
	Totals totalsForm    `json:"totals"`
}

// placeForm is by what days were cut from a day on.
type placeForm struct {
	From     timesheet.Day `json:"from"`
	Zone     string        `json:"zone"`
	Boundary duration      `json:"boundary,omitempty"`
}

// whoForm is who somebody is from a day on.
type whoForm struct {
	From     timesheet.Day `json:"from"`
	Name     string        `json:"name,omitempty"`
	Team     string        `json:"team,omitempty"`
	Schedule string        `json:"schedule"` // by name, also where it is the default one
	Unlisted bool          `json:"unlisted,omitempty"`
}

// recordVersion is the form's; another one can't be read.
const recordVersion = 1

// pack is the sealed record of somebody.
func (c codec) pack(id timesheet.EmployeeID, r *record) (timesheet.Sealed, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return timesheet.Sealed{}, timesheet.NewError(timesheet.Internal, "write a record", err)
	}
	s := timesheet.Sealed{Employee: id, Data: c.packRecord.EncodeAll(plain, []byte{recordVersion})}
	return s, s.Validate()
}

// unpack reads a sealed record. A damaged one is Internal.
func (c codec) unpack(s timesheet.Sealed) (*record, error) {
	const what = "a record of a closed month"
	if len(s.Data) == 0 || s.Data[0] != recordVersion {
		return nil, damaged(what, nil)
	}
	plain, err := c.unpackRecord.DecodeAll(s.Data[1:], nil)
	if err != nil {
		return nil, damaged(what, err)
	}
	r := new(record)
	if err := json.Unmarshal(plain, r); err != nil {
		return nil, damaged(what, err)
	}
	if len(r.Places) == 0 || len(r.Who) == 0 || len(r.Days) == 0 {
		return nil, damaged(what, fmt.Errorf("it has %d places, %d persons and %d days", len(r.Places), len(r.Who), len(r.Days)))
	}
	return r, nil
}

// paid is a record as it is worked with.
type paid struct {
	record *record
	days   []timesheet.PersonDay // of record.Days
}

// open reads a sealed record.
func (c codec) open(s timesheet.Sealed) (*paid, error) {
	r, err := c.unpack(s)
	if err != nil {
		return nil, err
	}
	p := &paid{record: r, days: make([]timesheet.PersonDay, len(r.Days))}
	who := 0
	for i := range r.Days {
		day := r.First + timesheet.Day(i)
		for who+1 < len(r.Who) && r.Who[who+1].From <= day {
			who++
		}
		w := &r.Who[who]
		d := &p.days[i]
		d.Person = timesheet.Person{Employee: s.Employee, Name: w.Name, Team: w.Team, Schedule: w.Schedule, Unlisted: w.Unlisted}
		if err := r.Days[i].open(d, day); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// on is the day, nil where the record doesn't have it.
func (p *paid) on(day timesheet.Day) *timesheet.PersonDay {
	if i := int(day - p.record.First); i >= 0 && i < len(p.days) {
		return &p.days[i]
	}
	return nil
}
