package timesheet

// Patterns are what steps can say: the English of each sentence, by key, with the names
// of its values in braces.
func Patterns() map[string]string {
	all := make(map[string]string)
	for _, s := range sentences() {
		all[s.key] = s.pattern
	}
	return all
}

// Sentences is how many there are.
const Sentences = int(saysEnd)
