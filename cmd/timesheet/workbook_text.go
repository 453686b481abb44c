package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"timesheet"
	"timesheet/rulesfile"
)

// bookTexts are both files as the store keeps them: JSON, compressed. nil stands for no
// such file.
type bookTexts struct {
	Rules     []byte `json:"rules"`
	Directory []byte `json:"directory"`
}

func encodeBook(rules, directory []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err := json.NewEncoder(z).Encode(bookTexts{rules, directory})
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, timesheet.NewError(timesheet.Internal, "write the copy of the rules", err)
	}
	return b.Bytes(), nil
}

// maxBook bounds what a copy expands to: both files in base64.
const maxBook = 2 * (rulesfile.MaxRules + rulesfile.MaxDirectory)

// decodeBook reads what encodeBook wrote; nothing stands for no files.
func decodeBook(text []byte) (t bookTexts, err error) {
	if len(text) == 0 {
		return t, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err == nil {
		err = json.NewDecoder(io.LimitReader(z, maxBook)).Decode(&t)
	}
	if err != nil {
		return t, timesheet.NewError(timesheet.Internal, "read the copy of the rules", fmt.Errorf("it is damaged, or of another version: %w", err))
	}
	return t, nil
}

func (t bookTexts) compile() (*rulesfile.Version, error) {
	return rulesfile.Compile(rulesfile.NewText("the stored rules", t.Rules), rulesfile.NewText("the stored directory", t.Directory))
}

func (t bookTexts) digest() string {
	return rulesfile.Digest(rulesfile.NewText("", t.Rules), rulesfile.NewText("", t.Directory))
}
