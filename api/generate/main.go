// Command generate writes a YAML document as JSON, its keys in the same order.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1) //nolint:forbidigo // main is where the process ends
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("name the YAML file and the JSON file")
	}
	in, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(in, &doc); err != nil {
		return fmt.Errorf("read %s: %w", args[0], err)
	}
	compact, err := appendJSON(nil, &doc)
	if err != nil {
		return fmt.Errorf("write %s as JSON: %w", args[0], err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", " "); err != nil {
		return err
	}
	return os.WriteFile(args[1], append(out.Bytes(), '\n'), 0o644)
}

// appendJSON appends n in its own order, which a map would lose.
func appendJSON(b []byte, n *yaml.Node) ([]byte, error) {
	var err error
	switch n.Kind {
	case yaml.DocumentNode:
		return appendJSON(b, n.Content[0])
	case yaml.MappingNode:
		b = append(b, '{')
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			key, err := json.Marshal(n.Content[i].Value)
			if err != nil {
				return b, err
			}
			b = append(append(b, key...), ':')
			if b, err = appendJSON(b, n.Content[i+1]); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, element := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendJSON(b, element); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	case yaml.ScalarNode:
		var v any
		if err := n.Decode(&v); err != nil {
			return b, err
		}
		scalar, err := json.Marshal(v)
		return append(b, scalar...), err
	default:
		return b, fmt.Errorf("line %d: aliases are not understood", n.Line)
	}
}
