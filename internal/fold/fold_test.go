package fold_test

import (
	"testing"

	"timesheet/internal/fold"
)

func TestString(t *testing.T) {
	for given, want := range map[string]string{
		"": "", "ADA": "ada", "Äda": "ada", "Strauß": "strauss", "ŁUKASZ": "lukasz", "Øst Æ œ": "ost ae oe", "Đorđe Þór": "dorde thor", "ı": "i",
		"山田": "山田", "ﬁ": "fi", "e\u0301": "e",
	} {
		if got := fold.String(given); got != want {
			t.Errorf("%q is %q, want %q", given, got, want)
		}
	}
}
