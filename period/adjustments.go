package period

import (
	"context"
	"encoding/json"
	"slices"

	"golang.org/x/sync/errgroup"

	"timesheet"
)

// AdjustmentPage is a part of what changed in a closed month, by employee and day.
type AdjustmentPage struct {
	Lines []timesheet.Adjustment
	// Next is the cursor of the rest; "" where there is none. A page can have less lines
	// than its limit, also none, and yet others after it: it looks at some people at a time.
	Next string
}

const (
	// fewPeople is how many people are compared at once, and mostPeople in one page, who
	// are asked for at once: see somePeople.
	fewPeople  = 100
	mostPeople = 1000
)

// place is where a page ends.
type place struct {
	People []byte               `json:"people,omitempty"` // a cursor of People, not after After; for who sees all alone
	After  timesheet.EmployeeID `json:"after,omitempty"`  // this one and those before are done with
	// ID is the one in whose lines the page ends, behind that of Day and Rank; "" where it
	// ends between two people.
	ID   timesheet.EmployeeID `json:"id,omitempty"`
	Day  timesheet.Day        `json:"day,omitzero"`
	Rank uint64               `json:"rank,omitempty"`
}

func (p place) cursor() string {
	b, _ := json.Marshal(p) // can't fail: it has plain fields alone
	return string(b)
}

func parsePlace(cursor string) (p place, err error) {
	if cursor == "" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(cursor), &p); err != nil || p.cursor() != cursor {
		return place{}, errCursor()
	}
	return p, nil
}

// behind tells whether a line comes after the place.
func (p place) behind(id timesheet.EmployeeID, a *timesheet.Adjustment) bool {
	return id > p.ID || id == p.ID && (a.Day > p.Day || a.Day == p.Day && rank(a) > p.Rank)
}

// Adjustments answers a page of what changed in a closed month since, by the rules in
// force now and what the store has now. What changes between two pages is in the later
// one or in none; no line comes twice. Invalid: the limit, or a cursor of something else;
// other errors are the store's.
func (p *Periods) Adjustments(ctx context.Context, c timesheet.Closing, q Query) (AdjustmentPage, error) {
	if err := q.validate(); err != nil {
		return AdjustmentPage{}, err
	}
	from, err := parsePlace(q.Cursor)
	if err != nil {
		return AdjustmentPage{}, err
	}
	rules, err := p.o.Rules()
	if err != nil {
		return AdjustmentPage{}, err
	}
	floor, err := p.o.Store.Floor(ctx)
	if err != nil {
		return AdjustmentPage{}, wrap(err, "compare", c.Month)
	}
	t := &telling{p: p, c: c, q: q, rules: rules, floor: floor}
	both := &walk{t: t, place: from}
	var page AdjustmentPage
	end := place{People: from.People, After: from.After} // where the page may end, as its reader may know it
	for compared := 0; !both.done; {
		if compared >= mostPeople {
			page.Next = end.cursor()
			return page, nil
		}
		people, err := both.next(ctx)
		if err != nil {
			return AdjustmentPage{}, wrap(err, "compare", c.Month)
		}
		people = t.reached(people)
		found, err := t.all(ctx, people)
		if err != nil {
			return AdjustmentPage{}, wrap(err, "compare", c.Month)
		}
		for i := range found {
			if page.add(found[i], people[i].id, from, end, q.Limit) {
				return page, nil
			}
			end.After = people[i].id
		}
		compared += len(people)
		both.pass()
		if q.Reach.All {
			end = both.place
		}
	}
	return page, nil
}

// reached are those of whom the reach sees a day of the month, as they are now. Nobody
// else is compared, counts for a page's length, or is named by its cursor: whoever gets
// the page would know of them by it.
func (t *telling) reached(people []somebody) []somebody {
	if t.q.Reach.All {
		return people
	}
	return slices.DeleteFunc(people, func(s somebody) bool {
		for day := t.c.Month.First(); day <= t.c.Month.Last(); day++ {
			if is, _ := t.rules.Directory.Person(s.id, day); t.q.Reach.Sees(is) {
				return false
			}
		}
		return true
	})
}

// add takes in a person's lines that come after from, and tells whether the page is full
// and has others after it. at is the place before the person.
func (p *AdjustmentPage) add(lines []timesheet.Adjustment, id timesheet.EmployeeID, from, at place, limit int) bool {
	for i := range lines {
		if !from.behind(id, &lines[i]) {
			continue
		}
		if len(p.Lines) == limit {
			last := &p.Lines[limit-1]
			at.ID, at.Day, at.Rank = last.Person.Employee, last.Day, rank(last)
			p.Next = at.cursor()
			return true
		}
		p.Lines = append(p.Lines, lines[i])
	}
	return false
}

// all are the lines of some people, the store being asked for several at a time.
func (t *telling) all(ctx context.Context, people []somebody) ([][]timesheet.Adjustment, error) {
	found := make([][]timesheet.Adjustment, len(people))
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range people {
		group.Go(func() (err error) {
			found[i], err = t.lines(within, &people[i])
			return err
		})
	}
	return found, group.Wait()
}
