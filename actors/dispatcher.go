package actors

// dispatcher runs a shard's mailbox on one goroutine, which lives as long as the
// shard. The library's own starts one for each run of the mailbox, whose stack then
// grows anew each time: more than a quarter of what a single clocking costs here.
type dispatcher struct {
	runs chan func() // has room: a mailbox asks for one run at a time, and end for none
}

func newDispatcher() dispatcher { return dispatcher{make(chan func(), 2)} }

// Schedule is part of the library's Dispatcher.
func (d dispatcher) Schedule(run func()) { d.runs <- run }

// Throughput is part of the library's Dispatcher: after so many messages others may run.
func (d dispatcher) Throughput() int { return throughput }

// work runs what is scheduled until end.
func (d dispatcher) work() {
	for run := range d.runs {
		if run == nil {
			return
		}
		run()
	}
}

// end ends work. A run that is scheduled later, of a shard that has stopped, is lost.
func (d dispatcher) end() { d.runs <- nil }

const throughput = 300
