package period

import (
	"fmt"
	"sync"
	"time"

	"timesheet"
)

// calendars are by what closed months were cut into days, each made once.
type calendars struct {
	load func(string) (*time.Location, error)

	mu   sync.Mutex
	made map[string]*timesheet.DayRules
}

// mostCalendars is how many are kept; there are a few, as there are sites.
const mostCalendars = 1000

func (c *calendars) of(places []placeForm) (*timesheet.DayRules, error) {
	key := fmt.Sprint(places)
	c.mu.Lock()
	defer c.mu.Unlock()
	if made := c.made[key]; made != nil {
		return made, nil
	}
	assignments := make([]timesheet.Assignment, len(places))
	for i, at := range places {
		assignments[i] = timesheet.Assignment{From: at.From, Rule: timesheet.DayRule{Zone: at.Zone, Boundary: at.Boundary.length()}}
	}
	made, err := timesheet.NewDayRules(0, assignments, c.load)
	if err != nil {
		return nil, damaged("the calendar of a closed month", err)
	}
	if c.made == nil || len(c.made) >= mostCalendars {
		c.made = make(map[string]*timesheet.DayRules)
	}
	c.made[key] = made
	return made, nil
}
