package clocking

import "strings"

type tokenKind uint8

const (
	end      tokenKind = iota
	word               // a keyword or a name
	quoted             // a name in [brackets] or "quotes"
	variable           // @name, @@name
	number             // digits
	text               // 'a string'
	symbol             // one character, or >=, or <=
)

// token is a piece of a query. What was quoted comes without its quotes.
type token struct {
	kind tokenKind
	text string
}

// tokens cuts a query into its tokens. There are no comments.
func tokens(sql string) ([]token, error) {
	var found []token
	for {
		sql = strings.TrimLeft(sql, " \t\r\n")
		if sql == "" {
			return found, nil
		}
		t, rest, ok := nextToken(sql)
		if !ok {
			return nil, syntax(sql[:1])
		}
		found, sql = append(found, t), rest
	}
}

func nextToken(sql string) (t token, rest string, ok bool) {
	switch c := sql[0]; {
	case c == '[':
		return enclosed(quoted, sql, ']')
	case c == '"':
		return enclosed(quoted, sql, '"')
	case c == '\'':
		return enclosed(text, sql, '\'')
	case (c == 'N' || c == 'n') && strings.HasPrefix(sql[1:], "'"):
		return enclosed(text, sql[1:], '\'')
	case c == '@':
		n := 1 + letters(sql[1:])
		return token{variable, sql[:n]}, sql[n:], n > 1
	case c >= '0' && c <= '9':
		n := 0
		for n < len(sql) && sql[n] >= '0' && sql[n] <= '9' {
			n++
		}
		return token{number, sql[:n]}, sql[n:], true
	case letters(sql) > 0:
		n := letters(sql)
		return token{word, sql[:n]}, sql[n:], true
	case strings.HasPrefix(sql, ">="), strings.HasPrefix(sql, "<="):
		return token{symbol, sql[:2]}, sql[2:], true
	default:
		return token{symbol, sql[:1]}, sql[1:], strings.IndexByte("(),.;><*-", c) >= 0
	}
}

// enclosed takes what stands between quotes, in which a doubled closing quote is one.
func enclosed(kind tokenKind, sql string, closing byte) (t token, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(sql); i++ {
		if sql[i] != closing {
			b.WriteByte(sql[i])
			continue
		}
		if i+1 == len(sql) || sql[i+1] != closing {
			return token{kind, b.String()}, sql[i+1:], kind == text || b.Len() > 0
		}
		b.WriteByte(closing)
		i++
	}
	return t, sql, false
}

// letters is the length of the name that sql begins with. Names in other letters
// than English ones are understood: their bytes are above 0x7f.
func letters(sql string) int {
	for i := range len(sql) {
		c := sql[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '#', c == '@' && i == 0, c >= 0x80:
		case i > 0 && c >= '0' && c <= '9', i > 0 && c == '$':
		default:
			return i
		}
	}
	return len(sql)
}
