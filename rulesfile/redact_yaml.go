package rulesfile

import (
	"bytes"
	"errors"
	"slices"

	"go.yaml.in/yaml/v3"
)

func (r *redaction) rules(text []byte) ([]byte, error) {
	root, err := parseYAML(text)
	if err != nil || root.Kind != yaml.MappingNode {
		return text, err
	}
	changed := false
	for i := 0; i+1 < len(root.Content); i += 2 {
		if leave := root.Content[i+1]; root.Content[i].Value == "leave" && leave.Kind == yaml.SequenceNode {
			changed = r.without(leave, "employee") || changed
		}
	}
	return written(text, root, changed)
}

func (r *redaction) yamlDirectory(text []byte) ([]byte, error) {
	root, err := parseYAML(text)
	if err != nil || root.Kind != yaml.SequenceNode {
		return text, err
	}
	changed := r.without(root, columnNames[colEmployee])
	for _, row := range root.Content {
		aliases, _ := below(row, "", columnNames[colAliases])
		switch {
		case aliases == row: // it has none
		case aliases.Kind == yaml.SequenceNode:
			before := len(aliases.Content)
			aliases.Content = slices.DeleteFunc(aliases.Content, func(n *yaml.Node) bool { return r.is(n.Value) })
			changed = changed || len(aliases.Content) < before
		case aliases.Kind == yaml.ScalarNode:
			left, fewer := r.aliases(aliases.Value)
			if fewer {
				aliases.SetString(left)
			}
			changed = changed || fewer
		}
	}
	return written(text, root, changed)
}

// without takes out of a list whose key names somebody erased.
func (r *redaction) without(list *yaml.Node, key string) bool {
	before := len(list.Content)
	list.Content = slices.DeleteFunc(list.Content, func(row *yaml.Node) bool {
		id, _ := below(row, "", key)
		return id != row && id.Kind == yaml.ScalarNode && r.is(id.Value)
	})
	return len(list.Content) < before
}

// parseYAML is the root of a document.
func parseYAML(text []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("the text is empty")
	}
	return doc.Content[0], nil
}

// written is root as a text, without comments; the text itself where nothing changed.
func written(text []byte, root *yaml.Node, changed bool) ([]byte, error) {
	if !changed {
		return text, nil
	}
	uncomment(root)
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	err := errors.Join(e.Encode(root), e.Close())
	return out.Bytes(), err
}

func uncomment(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, inner := range n.Content {
		uncomment(inner)
	}
}
