package rulesfile

import (
	"errors"

	"timesheet"

	"go.yaml.in/yaml/v3"
)

// readVersions reads the versions of one schedule; each inherits from the one before
// it what it doesn't name. single says that path already is the one version's.
func (r *rulesReader) readVersions(nodes []*yaml.Node, path string, single bool) []timesheet.Terms {
	if len(nodes) > maxVersions {
		r.at(nodes[maxVersions], path, "there are more than %d versions", maxVersions)
		return nil
	}
	var versions []timesheet.Terms
	var current timesheet.Terms
	told := make(map[string]bool)
	for i, n := range nodes {
		at := path
		if !single {
			at = index(path, i)
		}
		o := r.object(n, at, versionKeys)
		if o == nil {
			continue
		}
		r.readFrom(o, i, &current)
		before := r.count()
		r.readTerms(o, &current)
		if r.count() == before { // else what is wrong was told, and what follows from it is noise
			r.checkTerms(o, current, told)
		}
		versions = append(versions, current)
	}
	return versions
}

// readFrom reads the day on which a version begins, which the first needn't say.
func (r *rulesReader) readFrom(o *object, i int, t *timesheet.Terms) {
	n := o.values["from"]
	if n == nil {
		if i > 0 {
			r.add(o.node.Line, o.node.Column, o.field("from"), "", "is missing; say from which day on this version counts")
		}
		return
	}
	day, ok := r.day(n, o.field("from"))
	if ok && i > 0 && day <= t.From {
		r.at(n, o.field("from"), "is not after the version before it (%v); put the versions in the order of their days", t.From)
	}
	if ok {
		t.From = day
	}
}

// checkTerms puts the root's findings where they belong. A finding that a version
// inherits was told already.
func (r *rulesReader) checkTerms(o *object, t timesheet.Terms, told map[string]bool) {
	for _, e := range leaves(t.Validate(), nil) {
		n, path, text := o.node, o.field(e.Op), e.Err.Error()
		if named := o.values[e.Op]; named != nil {
			n = named
		} else if told[e.Op+text] {
			continue
		}
		told[e.Op+text] = true
		if element, ok := errors.AsType[*timesheet.ElementError](e.Err); ok && n.Kind == yaml.SequenceNode && element.Index < len(n.Content) {
			n, path = n.Content[element.Index], index(path, element.Index)
			for _, inner := range leaves(element.Err, nil) {
				n, path := below(n, path, inner.Op)
				r.add(n.Line, n.Column, path, "", "%v", inner.Err)
			}
			continue
		}
		r.add(n.Line, n.Column, path, "", "%s", text)
	}
}

// leaves takes joined errors apart.
func leaves(err error, found []*timesheet.Error) []*timesheet.Error {
	if e, ok := err.(*timesheet.Error); ok { //nolint:errorlint // what it wraps is looked at by the caller
		return append(found, e)
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			found = leaves(e, found)
		}
	}
	return found
}

// below is the node of key in a mapping, or the mapping itself.
func below(n *yaml.Node, path, key string) (*yaml.Node, string) {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1], join(path, key)
		}
	}
	return n, path
}
