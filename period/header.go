package period

import (
	"bytes"
	_ "embed" // of what records are compressed by
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"

	"timesheet"
)

// prefix begins the names of the headers, one of which is "period-2026-11".
const prefix = "period-"

func documentName(month timesheet.Month) string { return prefix + month.String() }

func monthOf(name string) (timesheet.Month, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	month, err := timesheet.ParseMonth(rest)
	return month, ok && err == nil
}

// texts are those of the rules and the directory in force when a month was closed.
type texts struct{ rules, directory []byte }

// headerForm is a header's first line; the texts follow it, compressed.
type headerForm struct {
	Version   int               `json:"version"`
	Closing   string            `json:"closing"`
	At        timesheet.Instant `json:"at"` // ms since 1970
	By        string            `json:"by"`
	Employees int               `json:"employees"`
	Rules     string            `json:"rules"`
	Zone      string            `json:"zone"` // the default one, for those who read the document
}

// headerVersion is the form's; another one can't be read.
const headerVersion = 1

// Bounds of what is unpacked: more than that was never packed.
const (
	mostRecord = 4 << 20
	mostTexts  = 256 << 20
)

// likely is a made-up record, which compression presumes: a record alone is so short that
// its fields' names are much of it. It is a part of the form recordVersion and never
// changes; it takes two fifths off a record.
//
//go:embed record1.json
var likely []byte

// codec packs records and headers. Its methods are safe for concurrent use.
type codec struct {
	packRecord, packText     *zstd.Encoder
	unpackRecord, unpackText *zstd.Decoder
}

func newCodec() codec {
	var c codec
	var errs [4]error
	c.packRecord, errs[0] = zstd.NewWriter(nil, zstd.WithWindowSize(128<<10), zstd.WithEncoderDictRaw(recordVersion, likely))
	c.unpackRecord, errs[1] = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(mostRecord), zstd.WithDecoderDictRaw(recordVersion, likely))
	c.packText, errs[2] = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	c.unpackText, errs[3] = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(mostTexts), zstd.WithDecoderConcurrency(1))
	if err := errors.Join(errs[:]...); err != nil {
		panic("period: " + err.Error()) // the options are constant
	}
	return c
}

// header is the document of a closing.
func (c codec) header(closing timesheet.Closing, zone string, t texts) ([]byte, error) {
	line, err := json.Marshal(headerForm{
		Version: headerVersion, Closing: strconv.FormatUint(closing.Closing, 16), At: closing.At, By: closing.By,
		Employees: closing.Employees, Rules: closing.Rules, Zone: zone,
	})
	if err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "write a closing", err)
	}
	return append(append(line, '\n'), c.packTexts(t)...), nil
}

func (c codec) packTexts(t texts) []byte {
	plain := binary.AppendUvarint(nil, uint64(len(t.rules)))
	return c.packText.EncodeAll(append(append(plain, t.rules...), t.directory...), nil)
}

// parseHeader reads a closing; nil of an empty text. packed is what follows its line.
// Damaged ones are Internal.
func (c codec) parseHeader(month timesheet.Month, text []byte) (closing *timesheet.Closing, packed []byte, err error) {
	if len(text) == 0 {
		return nil, nil, nil
	}
	line, packed, found := bytes.Cut(text, []byte("\n"))
	var form headerForm
	if err := json.Unmarshal(line, &form); err != nil || !found || form.Version != headerVersion {
		return nil, nil, damaged("the header of "+month.String(), err)
	}
	number, err := strconv.ParseUint(form.Closing, 16, 64)
	if err != nil || number == 0 {
		return nil, nil, damaged("the header of "+month.String(), err)
	}
	return &timesheet.Closing{
		Series: timesheet.Series{Month: month, Closing: number}, At: form.At, By: form.By, Employees: form.Employees, Rules: form.Rules,
	}, packed, nil
}

// parseTexts undoes packTexts.
func (c codec) parseTexts(month timesheet.Month, packed []byte) (texts, error) {
	plain, err := c.unpackText.DecodeAll(packed, nil)
	size, n := binary.Uvarint(plain)
	if err != nil || n <= 0 || size > uint64(len(plain)-n) {
		return texts{}, damaged("the rules of "+month.String(), err)
	}
	return texts{rules: orNone(plain[n : n+int(size)]), directory: orNone(plain[n+int(size):])}, nil
}

// orNone is nil for a text that there wasn't.
func orNone(text []byte) []byte {
	if len(text) == 0 {
		return nil
	}
	return text
}

func damaged(what string, cause error) error {
	return timesheet.NewError(timesheet.Internal, "read "+what, errors.Join(errors.New("it is damaged, or of a later version of the service"), cause))
}
