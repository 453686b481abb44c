package http

import (
	"context"
	"fmt"

	"timesheet"
	"timesheet/http/contract"
)

// Eraser removes everything of an employee from the store, for good; the store does.
type Eraser interface {
	Erase(ctx context.Context, e timesheet.EmployeeID) (removed int, err error)
}

// Sessions ends the sessions of an employee on all instances; package access does.
type Sessions interface {
	EraseEmployee(ctx context.Context, e timesheet.EmployeeID) (ended int, err error)
}

// Texts are the service's own texts that name people, such as its copies of rules and
// directory.
type Texts interface {
	// Forget takes out of all of them, on all instances, who has a tombstone; ids are
	// those that got theirs now. It answers what people must still do by hand, one
	// sentence for each. To do it again changes nothing.
	Forget(ctx context.Context, ids []timesheet.EmployeeID) (byHand []string, err error)
}

// EraseEmployee erases a person: the badges first and the person's own id last, since by
// that the badges are found; then sessions, then texts, which forget who has a tombstone.
// So whatever cuts it short, sending it again finds the rest.
func (s contractOperations) EraseEmployee(ctx context.Context, r contract.EraseEmployeeRequestObject) (contract.EraseEmployeeResponseObject, error) {
	if s.o.Eraser == nil {
		return nil, failed(kindNotFound, "this service can't erase anybody", nil)
	}
	rules, err := s.inForce()
	if err != nil {
		return nil, err
	}
	id, err := employee(r.ID)
	if err != nil {
		return nil, err
	}
	if err := s.aPerson(rules, id); err != nil {
		return nil, err
	}
	ctx, cancel := s.within(ctx)
	defer cancel()
	e := erasure{s: s.Server, rules: rules, person: id, done: contract.Erasure{Files: []string{}}}
	if err := e.erase(ctx); err != nil {
		return nil, err
	}
	return contract.EraseEmployee200JSONResponse(e.done), nil
}

// erasure is one request's.
type erasure struct {
	s      *Server
	rules  inForce
	person timesheet.EmployeeID
	erased []timesheet.EmployeeID // who have a tombstone by now
	done   contract.Erasure
}

func (e *erasure) erase(ctx context.Context) error {
	id := e.person
	if err := e.known(ctx); err != nil {
		return err
	}
	badges := e.rules.Directory.Badges(id, timesheet.FirstDay, timesheet.LastDay)
	if err := e.whole(badges); err != nil {
		return err
	}
	for len(badges) > 0 {
		n := 1 // the stretches of one badge stand together
		for n < len(badges) && badges[n].ID == badges[0].ID {
			n++
		}
		if badges[0].ID != id {
			if err := e.badge(ctx, badges[:n]); err != nil {
				return err
			}
		}
		badges = badges[n:]
	}
	if err := e.entomb(ctx, id); err != nil {
		return err
	}
	if e.s.o.Sessions != nil {
		ended, err := e.s.o.Sessions.EraseEmployee(ctx, id)
		if err != nil {
			return err
		}
		e.done.Sessions = int64(ended)
	}
	if e.s.o.Texts != nil {
		byHand, err := e.s.o.Texts.Forget(ctx, e.erased)
		if err != nil {
			return err
		}
		e.done.Files = append(e.done.Files, byHand...)
	}
	return nil
}

// known refuses one of whom nothing is kept and who has no tombstone: a mistyped id must
// not close the service to somebody who comes later.
func (e *erasure) known(ctx context.Context) error {
	p, err := e.s.personal(ctx, e.rules, e.person)
	if err != nil || !p.isEmpty() {
		return err
	}
	erased, err := e.s.o.Store.Erased(ctx, e.person)
	if err != nil || erased {
		return err
	}
	return nothingOf(e.person)
}

// whole refuses an id that on other days is somebody else's badge: its tombstone would
// take theirs too.
func (e *erasure) whole(badges []timesheet.Badge) error {
	next := timesheet.FirstDay
	for _, b := range badges {
		if b.ID != e.person {
			continue
		}
		if b.From != next {
			break
		}
		next = b.To + 1
	}
	if next > timesheet.LastDay {
		return nil
	}
	return failed(kindConflict, fmt.Sprintf("%s is also a badge of %s on %v; take it out of that employee's aliases first", quoted(string(e.person)),
		quoted(string(e.rules.Directory.Canonical(e.person, next))), next), nil)
}

// entomb erases an id from the store.
func (e *erasure) entomb(ctx context.Context, id timesheet.EmployeeID) error {
	removed, err := e.s.o.Eraser.Erase(ctx, id)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	e.done.Entries += int64(removed)
	e.erased = append(e.erased, id)
	return nil
}
