package actors

import "github.com/asynkron/protoactor-go/actor"

// mailbox is that of an employee: it hands a message to the actor while it is sent, on
// the goroutine of the sender, and keeps nothing. That is sound while there is one
// sender, the shard, which sends one message at a time. The library's mailboxes queue,
// which takes 450 bytes and half of the time of a message.
type mailbox struct {
	invoker   actor.MessageInvoker
	suspended bool // after a panic, until the supervisor stops the actor
}

func newMailbox() actor.Mailbox { return &mailbox{} }

// PostUserMessage is part of the library's Mailbox.
func (m *mailbox) PostUserMessage(message any) {
	if !m.suspended {
		defer m.recovered(message)
		m.invoker.InvokeUserMessage(message)
	}
}

// PostSystemMessage is part of the library's Mailbox.
func (m *mailbox) PostSystemMessage(message any) {
	switch message.(type) {
	case *actor.SuspendMailbox:
		m.suspended = true
	case *actor.ResumeMailbox:
		m.suspended = false
	default:
		defer m.recovered(message)
		m.invoker.InvokeSystemMessage(message)
	}
}

func (m *mailbox) recovered(message any) {
	if reason := recover(); reason != nil {
		m.invoker.EscalateFailure(reason, message)
	}
}

// RegisterHandlers is part of the library's Mailbox.
func (m *mailbox) RegisterHandlers(invoker actor.MessageInvoker, _ actor.Dispatcher) {
	m.invoker = invoker
}

// Start is part of the library's Mailbox.
func (m *mailbox) Start() {}

// UserMessageCount is part of the library's Mailbox.
func (m *mailbox) UserMessageCount() int { return 0 }
