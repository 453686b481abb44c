package rulesfile

import (
	"go.yaml.in/yaml/v3"
)

// readYAML reads a list of rows, each a mapping with the columns' names as keys:
//
//   - {employee_id: "1042", name: Ada King, team: Assembly, aliases: ["17"]}
//   - {employee_id: "1042", team: Paint, from: 2026-03-01}
//
// It costs several times what CSV costs: for tens of thousands of rows, write CSV.
func (d *directoryReader) readYAML(text []byte) {
	root := d.document(text)
	if root == nil {
		return
	}
	for i, n := range d.list(root, "", `rows: - {employee_id: "1042", name: Ada King}`) {
		o := d.object(n, index("", i), columnNames[:], columnNames[colEmployee])
		if o == nil {
			continue
		}
		var r record
		for k, name := range columnNames {
			v := o.values[name]
			switch {
			case v == nil:
				r.cells[k] = cell{line: n.Line, column: n.Column}
			case k == colAliases:
				r.aliases = d.yamlAliases(v)
			default:
				s, ok := d.text(v, o.field(name), "a value")
				if !ok {
					s = none // it was told
				}
				r.cells[k] = cell{s, v.Line, v.Column}
			}
		}
		if o.values[columnNames[colEmployee]] != nil {
			d.record(&r)
		}
	}
}

// yamlAliases reads a list, or a text as in CSV.
func (d *directoryReader) yamlAliases(n *yaml.Node) []cell {
	all := []cell{}
	if n.Kind != yaml.SequenceNode {
		s, ok := d.text(n, columnNames[colAliases], `a list of badges: ["17"]`)
		if !ok {
			return all
		}
		return cell{s, n.Line, n.Column}.split()
	}
	for i, n := range d.list(n, columnNames[colAliases], "badges") {
		if s, ok := d.text(n, index(columnNames[colAliases], i), "a badge"); ok {
			all = append(all, cell{s, n.Line, n.Column})
		}
	}
	return all
}
