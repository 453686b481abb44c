package ingest

import "timesheet"

// cause is where trouble comes from. The first one that has any is told.
type cause int

const (
	fromAlarm  cause = iota // the source isn't what it was
	fromSource              // the view answers with errors
	fromSink                // entries don't become durable
	fromStore               // checkpoint and lease
	causes
)

// trouble is what keeps the poller from working; the zero trouble is none.
type trouble struct {
	words string // plain, without secrets
	state timesheet.SourceState
}

// say tells trouble, or its end, and tells whether that is news.
func (p *Poller) say(c cause, t trouble) bool {
	t.words = clip(t.words, maxTrouble)
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.troubles[c]
	p.troubles[c] = t
	return was != t
}

// over says that a cause gives no more trouble.
func (p *Poller) over(c cause, message string) {
	if p.say(c, trouble{}) {
		p.log.Info(message)
	}
}

// calm says that nothing gives trouble: of what another instance does, nothing is known
// here.
func (p *Poller) calm() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles = [causes]trouble{}
}

// update changes the status, troubles aside.
func (p *Poller) update(change func(*timesheet.SourceStatus)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.status)
}
