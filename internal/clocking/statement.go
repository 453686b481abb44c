package clocking

import (
	"strconv"
	"strings"
)

type statementKind uint8

const (
	selectRows    statementKind = iota // id, employee, time
	selectCount                        // COUNT(*)
	selectMax                          // MAX(id)
	selectMin                          // MIN(id) of the rows from a time on
	selectOne                          // 1
	selectVersion                      // @@VERSION
	setOptions                         // SET of what changes no answer here
)

// statement is a query text that was recognised.
type statement struct {
	kind   statementKind
	top    *operand
	view   string   // SCHEMA.NAME as it was written, without quotes
	uses   []use    // columns, to be checked once the view is known
	locks  bool     // READCOMMITTEDLOCK
	past   bool     // READPAST
	after  *operand // id >
	ranges [][2]operand
	from   *operand // time >=
	search *search

	lockTimeout *int64 // SET LOCK_TIMEOUT, in milliseconds
}

// search is what is asked of an employee's rows.
type search struct {
	employees      []operand
	trimmed        bool // LTRIM: spaces before an id don't count
	from, to, last operand
}

// use is a column where one of the view is expected.
type use struct {
	name string
	want columnRole
}

type columnRole uint8

const (
	idColumn columnRole = iota
	employeeColumn
	timeColumn
)

// operand is a variable or a literal.
type operand struct {
	variable string // "@p1"; "" for a literal
	number   int64
	text     string // of a string
	isText   bool
}

// recognise reads one of the few query texts that the package knows; everything
// else is error 102.
func recognise(sql string) (*statement, error) {
	all, err := tokens(sql)
	if err != nil {
		return nil, err
	}
	p := &parser{rest: all}
	st := &statement{}
	switch {
	case p.keyword("SET"):
		p.setOptions(st)
	case p.keyword("SELECT"):
		p.selection(st)
		p.symbol(";")
	default:
		p.fail()
	}
	if !p.failed && len(p.rest) > 0 {
		p.fail()
	}
	if p.failed {
		return nil, syntax(p.near)
	}
	return st, nil
}

// parser takes tokens. Once it failed it takes none.
type parser struct {
	rest   []token
	failed bool
	near   string // where it failed
}

func (p *parser) fail() {
	if p.failed {
		return
	}
	p.failed = true
	if len(p.rest) > 0 {
		p.near = p.rest[0].text
	}
	p.rest = nil
}

func (p *parser) peek() token {
	if len(p.rest) == 0 {
		return token{}
	}
	return p.rest[0]
}

func (p *parser) next() token {
	t := p.peek()
	if len(p.rest) > 0 {
		p.rest = p.rest[1:]
	}
	return t
}

// keyword takes a word, in any letter case, if it comes next.
func (p *parser) keyword(w string) bool {
	t := p.peek()
	if t.kind != word || !strings.EqualFold(t.text, w) {
		return false
	}
	p.next()
	return true
}

func (p *parser) symbol(s string) bool {
	if t := p.peek(); t.kind != symbol || t.text != s {
		return false
	}
	p.next()
	return true
}

// must takes words and symbols that have to come next.
func (p *parser) must(all ...string) {
	for _, w := range all {
		if !p.symbol(w) && !p.keyword(w) {
			p.fail()
			return
		}
	}
}

// name takes a name that isn't a word of the grammar.
func (p *parser) name() string {
	switch t := p.peek(); {
	case t.kind == quoted, t.kind == word && !reserved[strings.ToUpper(t.text)]:
		return p.next().text
	}
	p.fail()
	return ""
}

var reserved = map[string]bool{
	"SELECT": true, "TOP": true, "FROM": true, "WITH": true, "WHERE": true, "BETWEEN": true,
	"AND": true, "OR": true, "ORDER": true, "BY": true, "SET": true, "NOT": true, "NULL": true,
	"AS": true, "IN": true, "UNION": true, "INSERT": true, "UPDATE": true, "DELETE": true, "DROP": true, "EXEC": true,
}

// operand takes a variable, a whole number or a string.
func (p *parser) operand() operand {
	sign := ""
	if p.symbol("-") {
		sign = "-"
	}
	switch t := p.peek(); {
	case t.kind == number:
		n, err := strconv.ParseInt(sign+t.text, 10, 64)
		if err != nil {
			p.fail()
		}
		p.next()
		return operand{number: n}
	case sign != "":
	case t.kind == variable && !strings.HasPrefix(t.text, "@@"):
		return operand{variable: p.next().text}
	case t.kind == text:
		return operand{text: p.next().text, isText: true}
	}
	p.fail()
	return operand{}
}
