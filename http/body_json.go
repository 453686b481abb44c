package http

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/gin-gonic/gin"
)

// readJSON reads the body of c into v and refuses what v doesn't know.
func (s *Server) readJSON(c *gin.Context, what string, v any) error {
	return s.withJSON(c, what, func(dec *json.Decoder) error { return dec.Decode(v) })
}

// readList reads a JSON array of at most most elements.
func readList[T any](s *Server, c *gin.Context, what string, most int) (list []T, err error) {
	return list, s.withJSON(c, what, func(dec *json.Decoder) error {
		if begin, err := dec.Token(); err != nil || begin != json.Delim('[') {
			return errors.Join(err, errors.New("it is no JSON array"))
		}
		for dec.More() {
			if len(list) == most {
				return failed(kindTooLarge, fmt.Sprintf("%s: there are more than %d; nothing of it was applied; send them in parts", what, most), nil)
			}
			var v T
			if err := dec.Decode(&v); err != nil {
				return err
			}
			list = append(list, v)
		}
		_, err := dec.Token()
		return err
	})
}

// withJSON decodes the body of c, which has nothing behind what decode reads.
func (s *Server) withJSON(c *gin.Context, what string, decode func(*json.Decoder) error) error {
	b, err := s.body(c)
	if err != nil {
		return err
	}
	defer b.done()
	dec := json.NewDecoder(b)
	dec.DisallowUnknownFields()
	err = decode(dec)
	if err == nil {
		if _, end := dec.Token(); !errors.Is(end, io.EOF) {
			err = errors.Join(errors.New("something follows its end"), end)
		}
	}
	switch {
	case b.err != nil:
		return b.err
	case err != nil:
		if _, chosen := errors.AsType[*failure](err); chosen {
			return fmt.Errorf("%s: %w", what, err)
		}
		return badBody(what+": "+err.Error(), err)
	}
	return nil
}
