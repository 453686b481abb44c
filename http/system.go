package http

import (
	"context"
	"time"

	"timesheet"
	"timesheet/http/contract"
)

// System tells of the service itself: of all instances that share a store.
type System interface {
	// System answers what is known now. Unavailable: the store can't be asked.
	System(ctx context.Context) (SystemStatus, error)
}

// SystemStatus is the service as a whole.
type SystemStatus struct {
	Store     string     // "pebble" or "redis"
	Instances []Instance // those seen within the last hour, this one included
	// From is when the first of Clockings begins, each of which counts what all instances
	// acknowledged within a Step; the last one isn't over.
	From      timesheet.Instant
	Step      time.Duration // whole seconds
	Clockings []int64
}

// Instance is one process of the service.
type Instance struct {
	Name, Version string
	Started, Seen timesheet.Instant
	Self          bool // the one that was asked
}

// GetSystem answers the instances, and what they took in.
func (s contractOperations) GetSystem(ctx context.Context, _ contract.GetSystemRequestObject) (contract.GetSystemResponseObject, error) {
	if s.o.System == nil {
		return nil, failed(kindNotFound, "this service tells nothing of its instances", nil)
	}
	ctx, cancel := s.within(ctx)
	defer cancel()
	status, err := s.o.System.System(ctx)
	if err != nil {
		return nil, err
	}
	answer := contract.System{Store: contract.SystemStore(status.Store), Instances: make([]contract.Instance, len(status.Instances))}
	for i, one := range status.Instances {
		answer.Instances[i] = contract.Instance{Name: one.Name, Version: one.Version, StartedAt: s.at(one.Started), SeenAt: s.at(one.Seen), Self: one.Self}
	}
	t := &answer.Throughput
	t.From, t.StepSeconds, t.Clockings = s.at(status.From), int64(status.Step/time.Second), append([]int64{}, status.Clockings...)
	return contract.GetSystem200JSONResponse(answer), nil
}

// at is i at the site's offset, as formatted.
func (s *Server) at(i timesheet.Instant) time.Time {
	rules := s.o.Clockings.DayRules()
	if rules == nil {
		return i.Time()
	}
	site := rules.For("")
	return i.Time().In(site.Location(site.Day(i)))
}
