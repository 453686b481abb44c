package clocking

import "strings"

// selection reads what follows SELECT.
func (p *parser) selection(st *statement) {
	if p.keyword("TOP") {
		n := p.topCount()
		st.top = &n
	}
	p.wanted(st)
	if st.kind == selectOne || st.kind == selectVersion {
		if st.top != nil {
			p.fail()
		}
		return
	}
	p.must("FROM")
	st.view = p.viewName()
	p.hints(st)
	if p.keyword("WHERE") {
		p.condition(st)
	} else if st.kind == selectMin {
		p.fail()
	}
	if st.kind != selectRows {
		if st.top != nil {
			p.fail()
		}
		return
	}
	if p.keyword("ORDER") {
		p.must("BY")
		p.column(st, idColumn)
	} else if st.top != nil && (st.after != nil || st.ranges != nil || st.search != nil) {
		p.fail() // a page without order is none
	}
}

func (p *parser) topCount() operand {
	if p.symbol("(") {
		n := p.operand()
		p.must(")")
		return n
	}
	if p.peek().kind != number {
		p.fail()
	}
	return p.operand()
}

// wanted reads what is selected.
func (p *parser) wanted(st *statement) {
	aggregates := map[string]statementKind{"COUNT": selectCount, "MAX": selectMax, "MIN": selectMin}
	t := p.peek()
	kind, aggregate := aggregates[strings.ToUpper(t.text)]
	switch {
	case t.kind == number && t.text == "1":
		p.next()
		st.kind = selectOne
	case t.kind == variable && strings.EqualFold(t.text, "@@VERSION"):
		p.next()
		st.kind = selectVersion
	case t.kind == word && aggregate:
		p.next()
		p.must("(")
		if st.kind = kind; kind == selectCount {
			p.must("*")
		} else {
			p.column(st, idColumn)
		}
		p.must(")")
	default:
		st.kind = selectRows
		p.column(st, idColumn)
		p.must(",")
		p.column(st, employeeColumn)
		p.must(",")
		p.column(st, timeColumn)
	}
}

func (p *parser) column(st *statement, want columnRole) {
	if name := p.name(); !p.failed {
		st.uses = append(st.uses, use{name, want})
	}
}

// viewName reads NAME, SCHEMA.NAME or DATABASE.SCHEMA.NAME.
func (p *parser) viewName() string {
	parts := []string{p.name()}
	for len(parts) < 3 && p.symbol(".") {
		parts = append(parts, p.name())
	}
	return strings.Join(parts, ".")
}

// hints reads WITH (READCOMMITTEDLOCK) or WITH (READCOMMITTEDLOCK, READPAST).
func (p *parser) hints(st *statement) {
	if !p.keyword("WITH") {
		return
	}
	p.must("(", "READCOMMITTEDLOCK")
	st.locks = true
	if p.symbol(",") {
		p.must("READPAST")
		st.past = true
	}
	p.must(")")
}

// condition reads what follows WHERE: each text has its own.
func (p *parser) condition(st *statement) {
	switch st.kind {
	case selectMin:
		p.column(st, timeColumn)
		p.must(">=")
		from := p.operand()
		st.from = &from
	case selectRows:
		if p.searches() {
			p.search(st)
			return
		}
		p.column(st, idColumn)
		if p.symbol(">") {
			after := p.operand()
			st.after = &after
			return
		}
		p.between(st)
		for p.keyword("OR") {
			p.column(st, idColumn)
			p.between(st)
		}
	default:
		p.fail()
	}
}

func (p *parser) between(st *statement) {
	p.must("BETWEEN")
	first := p.operand()
	p.must("AND")
	st.ranges = append(st.ranges, [2]operand{first, p.operand()})
}

// setNames are what drivers SET at login: what comes with ON or OFF, and what with a
// number or a word. Nothing of it changes an answer to the queries known here.
var setNames = map[string]bool{ // true: takes ON or OFF
	"ANSI_DEFAULTS": true, "ANSI_NULLS": true, "ANSI_NULL_DFLT_ON": true, "ANSI_PADDING": true,
	"ANSI_WARNINGS": true, "ARITHABORT": true, "CONCAT_NULL_YIELDS_NULL": true,
	"CURSOR_CLOSE_ON_COMMIT": true, "IMPLICIT_TRANSACTIONS": true, "NOCOUNT": true,
	"NUMERIC_ROUNDABORT": true, "QUOTED_IDENTIFIER": true, "XACT_ABORT": true,
	"DATEFIRST": false, "DATEFORMAT": false, "LANGUAGE": false, "TEXTSIZE": false,
}

// setOptions reads what follows the first SET of a batch that has nothing else.
func (p *parser) setOptions(st *statement) {
	st.kind = setOptions
	for {
		p.setOption(st)
		p.symbol(";")
		if p.failed || !p.keyword("SET") {
			return
		}
	}
}

func (p *parser) setOption(st *statement) {
	if p.keyword("TRANSACTION") { // READ COMMITTED alone is known
		p.must("ISOLATION", "LEVEL", "READ", "COMMITTED")
		return
	}
	if p.keyword("LOCK_TIMEOUT") {
		timeout := p.operand()
		if timeout.variable != "" || timeout.isText {
			p.fail()
		}
		st.lockTimeout = &timeout.number
		return
	}
	t := p.peek()
	onOff, known := setNames[strings.ToUpper(t.text)]
	if !known || t.kind != word {
		p.fail()
		return
	}
	p.next()
	switch value := p.peek(); {
	case onOff && !p.keyword("ON") && !p.keyword("OFF"):
		p.fail()
	case onOff:
	case value.kind == word && !reserved[strings.ToUpper(value.text)]:
		p.next()
	default:
		if o := p.operand(); o.variable != "" || o.isText {
			p.fail()
		}
	}
}
