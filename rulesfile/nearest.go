package rulesfile

import "fmt"

// nearest is nearest, and nothing once no further problem is kept: then it would cost
// what nobody reads.
func (f *finder) nearest(word string, words []string) string {
	if len(f.problems.Found) == maxProblems {
		return ""
	}
	return nearest(word, words)
}

// nearest is the question whether the most similar of words was meant, or nothing
// where none is similar.
func nearest(word string, words []string) string {
	if len(word) > 64 { // no word of ours is near, and the comparison costs length × length
		return ""
	}
	best, least := "", min(max(2, len(word)/4)+1, len(word))
	for _, w := range words {
		if d := distance(word, w); d < least || d == least && w < best {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// distance is how many bytes must be put in, left out or changed to make b of a
// (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
