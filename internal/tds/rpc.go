package tds

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// maxParams is how many arguments SQL Server takes, of sp_executesql with its first two.
const maxParams = 2100 + 2

// executeSQL is sp_executesql's name.
const executeSQL = "sp_executesql"

// procedure is the name of a procedure that has a number (2.2.6.6).
func procedure(id uint16) string {
	names := [...]string{
		1: "sp_cursor", "sp_cursoropen", "sp_cursorprepare", "sp_cursorexecute", "sp_cursorprepexec",
		"sp_cursorunprepare", "sp_cursorfetch", "sp_cursoroption", "sp_cursorclose", executeSQL,
		"sp_prepare", "sp_execute", "sp_prepexec", "sp_prepexecrpc", "sp_unprepare",
	}
	if int(id) < len(names) {
		return names[id]
	}
	return fmt.Sprintf("procedure %d", id)
}

// parseRPC reads a call of sp_executesql (2.2.6.6). A call of another procedure is
// error 2812, as if it weren't there.
func parseRPC(b []byte, version uint32) (Query, error) {
	b, err := skipHeaders(b, version)
	if err != nil {
		return Query{}, err
	}
	r := reader{b: b}
	name := ""
	if units := r.uint16(); units == nullLength {
		name = procedure(r.uint16())
	} else {
		name = decodeUTF16(r.take(2 * int(units)))
	}
	r.uint16() // option flags: metadata and the plan are none of ours
	if r.err != nil {
		return Query{}, r.err
	}
	if base := name[strings.LastIndexByte(name, '.')+1:]; !strings.EqualFold(base, executeSQL) {
		return Query{}, &Error{Number: 2812, State: 62, Class: 16, Message: "Could not find stored procedure '" + name + "'."}
	}
	var params []Param
	for len(r.b) > 0 && r.err == nil {
		if len(params) == maxParams {
			return Query{}, &Error{Number: 8003, State: 1, Class: 16, Message: "The incoming request has too many parameters. " +
				"The server supports a maximum of 2100 parameters. Reduce the number of parameters and resend the request."}
		}
		params = append(params, r.param())
	}
	if r.err != nil {
		return Query{}, r.err
	}
	if len(params) == 0 {
		return Query{}, &Error{Number: 201, State: 10, Class: 16,
			Message: "Procedure or function 'sp_executesql' expects parameter '@statement', which was not supplied."}
	}
	sql, ok := params[0].Value.(string)
	if !ok {
		return Query{}, &Error{Number: 214, State: 2, Class: 16,
			Message: "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'."}
	}
	return Query{SQL: sql, Params: params[min(2, len(params)):]}, nil
}

// param reads one argument.
func (r *reader) param() Param {
	name := decodeUTF16(r.take(2 * int(r.byte())))
	r.byte() // status: output and default values
	value := r.value()
	return Param{Name: name, Value: value}
}

// reader reads what has no more bytes than it says. After an error it reads zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		if r.err == nil {
			r.err = malformed("%d bytes are wanted and %d there", n, len(r.b))
		}
		r.b = nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}
