package mssql

import "context"

// QuoteName is quoteName.
func QuoteName(name string, most int) (string, error) { return quoteName(name, most) }

// CallThatHangs is a call whose work doesn't return before until is closed.
func CallThatHangs(ctx context.Context, v *View, until <-chan struct{}) error {
	return v.call(ctx, "hang", func(context.Context, *link) error {
		<-until
		return nil
	}, func(*link) {})
}
