package period

import (
	"time"

	"timesheet"
)

// duration is written in milliseconds: nothing in the service is finer.
type duration int64

func written(d time.Duration) duration            { return duration(d.Milliseconds()) }
func (d duration) length() time.Duration          { return time.Duration(d) * time.Millisecond }
func dayBase(day timesheet.Day) timesheet.Instant { return timesheet.Instant(day) * 86_400_000 }

// instant is a moment in milliseconds from 00:00 UTC of its day; nil: there is none.
type instant *int64

func moment(i timesheet.Instant, day timesheet.Day) instant {
	if i == 0 {
		return nil
	}
	away := int64(i - dayBase(day))
	return &away
}

func opened(i instant, day timesheet.Day) timesheet.Instant {
	if i == nil {
		return 0
	}
	return dayBase(day) + timesheet.Instant(*i)
}

// dayForm is a day of a record.
type dayForm struct {
	Earliest   instant         `json:"earliest,omitempty"`
	Latest     instant         `json:"latest,omitempty"`
	Flags      timesheet.Flags `json:"flags,omitempty"`
	Correction *correctionForm `json:"correction,omitempty"`

	Status        timesheet.Status `json:"status"`
	Marks         []string         `json:"marks,omitempty"` // by name: their numbers are no contract
	ClockIn       instant          `json:"in,omitempty"`
	ClockOut      instant          `json:"out,omitempty"`
	Gross         duration         `json:"gross,omitempty"`
	BreakTime     duration         `json:"break,omitempty"`
	Worked        duration         `json:"worked,omitempty"`
	Expected      duration         `json:"expected,omitempty"`
	Late          duration         `json:"late,omitempty"`
	Early         duration         `json:"early,omitempty"`
	Overtime      duration         `json:"overtime,omitempty"`
	HolidayWorked duration         `json:"holiday,omitempty"`
}

// correctionForm is a correction but for its Key, which is for the sender alone.
type correctionForm struct {
	Seq          uint64            `json:"seq"`
	Withdrawn    bool              `json:"withdrawn,omitempty"`
	ClockIn      instant           `json:"in,omitempty"`
	ClockOut     instant           `json:"out,omitempty"`
	Remark       string            `json:"remark,omitempty"`
	Reason       string            `json:"reason"`
	Actor        string            `json:"actor"`
	At           timesheet.Instant `json:"at"`
	SeenEarliest instant           `json:"seen_earliest,omitempty"`
	SeenLatest   instant           `json:"seen_latest,omitempty"`
}

// formOf is the form of a settled day.
func formOf(d *timesheet.PersonDay) dayForm {
	w := &d.Work
	f := dayForm{
		Status: w.Status, ClockIn: moment(w.ClockIn, w.Day), ClockOut: moment(w.ClockOut, w.Day),
		Gross: written(w.Gross), BreakTime: written(w.BreakTime), Worked: written(w.Worked), Expected: written(w.Expected),
		Late: written(w.Late), Early: written(w.Early), Overtime: written(w.Overtime), HolidayWorked: written(w.HolidayWorked),
	}
	for name := range w.Marks.Names() {
		f.Marks = append(f.Marks, name)
	}
	if e := d.Entry; !e.IsZero() {
		f.Earliest, f.Latest, f.Flags = moment(e.Earliest, w.Day), moment(e.Latest, w.Day), e.Flags
	}
	if c := d.Correction; c != nil {
		f.Correction = &correctionForm{
			Seq: c.Seq, Withdrawn: c.Withdrawn, ClockIn: moment(c.ClockIn, w.Day), ClockOut: moment(c.ClockOut, w.Day),
			Remark: c.Remark, Reason: c.Reason, Actor: c.Actor, At: c.At,
			SeenEarliest: moment(c.SeenEarliest, w.Day), SeenLatest: moment(c.SeenLatest, w.Day),
		}
	}
	return f
}

// open fills in a day whose Person is known.
func (f *dayForm) open(d *timesheet.PersonDay, day timesheet.Day) error {
	id := d.Person.Employee
	if f.Earliest != nil && f.Latest != nil {
		d.Entry = timesheet.Entry{Employee: id, Day: day, Flags: f.Flags, Earliest: opened(f.Earliest, day), Latest: opened(f.Latest, day)}
	}
	if c := f.Correction; c != nil {
		d.Correction = &timesheet.Correction{
			Employee: id, Day: day, Seq: c.Seq, Withdrawn: c.Withdrawn, ClockIn: opened(c.ClockIn, day), ClockOut: opened(c.ClockOut, day),
			Remark: c.Remark, Reason: c.Reason, Actor: c.Actor, At: c.At,
			SeenEarliest: opened(c.SeenEarliest, day), SeenLatest: opened(c.SeenLatest, day),
		}
	}
	d.Work = timesheet.Workday{
		Employee: id, Day: day, Status: f.Status, ClockIn: opened(f.ClockIn, day), ClockOut: opened(f.ClockOut, day),
		Gross: f.Gross.length(), BreakTime: f.BreakTime.length(), Worked: f.Worked.length(), Expected: f.Expected.length(),
		Late: f.Late.length(), Early: f.Early.length(), Overtime: f.Overtime.length(), HolidayWorked: f.HolidayWorked.length(),
	}
	for _, name := range f.Marks {
		mark, err := timesheet.ParseMark(name)
		if err != nil {
			return damaged("a record of a closed month", err)
		}
		d.Work.Marks |= mark
	}
	return nil
}

// weekForm is a week that ends in the month.
type weekForm struct {
	Year   int           `json:"year"`
	Number int           `json:"number"`
	To     timesheet.Day `json:"to"`
	// Limit is the net beyond which the week has overtime; below 0: there is none.
	Limit  duration   `json:"limit"`
	Totals totalsForm `json:"totals"`
}

// totalsForm is timesheet.Totals, whose fields' names may change when this form's may not.
type totalsForm struct {
	Days        int `json:"days,omitempty"`
	Present     int `json:"present,omitempty"`
	DaysWorked  int `json:"days_worked,omitempty"`
	LateDays    int `json:"late_days,omitempty"`
	EarlyDays   int `json:"early_days,omitempty"`
	HalfDays    int `json:"half_days,omitempty"`
	AbsentDays  int `json:"absent_days,omitempty"`
	BelowAbsent int `json:"below_absent,omitempty"`
	MissingOut  int `json:"missing_out,omitempty"`
	LongSpans   int `json:"long_spans,omitempty"`
	LeaveDays   int `json:"leave_days,omitempty"`
	Holidays    int `json:"holidays,omitempty"`

	// All of them in nanoseconds, as Go writes a Duration.
	Gross          time.Duration `json:"gross,omitempty"`
	BreakTime      time.Duration `json:"break,omitempty"`
	Worked         time.Duration `json:"worked,omitempty"`
	Expected       time.Duration `json:"expected,omitempty"`
	Late           time.Duration `json:"late,omitempty"`
	Early          time.Duration `json:"early,omitempty"`
	Overtime       time.Duration `json:"overtime,omitempty"`
	WeeklyOvertime time.Duration `json:"weekly_overtime,omitempty"`
	HolidayWorked  time.Duration `json:"holiday,omitempty"`

	Provisional bool `json:"provisional,omitempty"` // never, in a closed month
}
